"""Certificates for tests, made by the `openssl` program: authorities, and the servers that they vouch for."""

import os
import shutil
import subprocess

import pytest

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
AUTHORITY = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
BY_NAME, BY_NUMBER = "DNS:localhost", "IP:127.0.0.1"


def needed():
    """Skips the test without openssl, or fails it where nothing may be left out."""
    if not shutil.which("openssl"):
        if os.environ.get("CI") == "true" or os.environ.get("GRIDREST_STRICT") == "1":
            pytest.fail("openssl is not on PATH; install it", pytrace=False)
        pytest.skip("openssl is not on PATH; install it to test TLS")


class Authority:
    """Its own certificate is the file `ca`."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.ca = str(folder / f"{name}.pem")
        self._openssl("req", "-x509", *EC, *AUTHORITY, "-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                      "-out", f"{name}.pem")

    def server(self, file, name, days=2):
        """The settings for a broker that shows a certificate for the server of that name."""
        self._openssl("req", *EC, "-subj", "/CN=broker", "-keyout", f"{file}.key", "-out", f"{file}.csr")
        (self.folder / f"{file}.names").write_text(f"subjectAltName={name}\n")
        self._openssl("x509", "-req", "-in", f"{file}.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key",
                      "-set_serial", "2", "-days", str(days), "-extfile", f"{file}.names", "-out", f"{file}.pem")
        return [f"certfile {self.folder}/{file}.pem", f"keyfile {self.folder}/{file}.key"]

    def _openssl(self, *arguments):
        ran = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
