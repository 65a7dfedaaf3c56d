"""The live page's other side: the bench, real boards, and the server that tells their pages of them."""
