"""Certificates of a test's own authority, made by openssl."""

import ssl
import subprocess


class Authority:
    """Issues certificates for `localhost` and 127.0.0.1 into a folder."""

    def __init__(self, folder):
        self.folder, self.number = folder, 0
        self.certificate = folder / "authority.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-keyout", folder / "authority.key", "-out", self.certificate, "-subj", "/CN=Test authority")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)

    def issue(self, name):
        """A new pair: the texts of the certificate, whose common name is `name`, and of its key."""
        self.number += 1
        base = self.folder / f"leaf-{self.number}"
        key, request, leaf, extensions = (base.with_suffix(f".{kind}") for kind in ("key", "csr", "pem", "ext"))
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                      "-out", request, "-subj", f"/CN={name}")
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.folder / "authority.key",
                      "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", leaf)
        return leaf.read_text(), key.read_text()

    def context(self, protocols=("h2", "http/1.1")):
        """A client's context that trusts this authority and nobody else."""
        context = ssl.create_default_context(cafile=self.certificate)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context
