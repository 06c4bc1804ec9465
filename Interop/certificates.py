"""An authority of a test's own, and certificates by it, made by openssl."""

import ssl
import subprocess

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)


class Authority:
    def __init__(self, folder, name="authority"):
        self.folder, self.certificate, self.number = folder, folder / f"{name}.pem", 0
        self.key = folder / f"{name}.key"
        openssl("req", "-x509", *CURVE, "-days", 2, "-subj", f"/CN={name}", "-keyout", self.key,
                "-out", self.certificate)

    def issue(self, file, *names, days=2, subject="upstream"):
        """A certificate for `names`, such as `DNS:localhost` or `IP:127.0.0.1`, and its key."""
        certificate, key = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        request, extensions = self.folder / f"{file}.csr", self.folder / f"{file}.ext"
        extensions.write_text(f"subjectAltName={','.join(names)}\n" if names else "basicConstraints=CA:FALSE\n")
        openssl("req", "-new", *CURVE, "-subj", f"/CN={subject}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key

    def local_pair(self, subject):
        """A new pair for this machine: the texts of the certificate, whose common name is `subject`, and of its key."""
        self.number += 1
        names = ("DNS:localhost", "IP:127.0.0.1")
        certificate, key = self.issue(f"leaf-{self.number}", *names, subject=subject)
        return certificate.read_text(), key.read_text()

    def context(self, protocols=("h2", "http/1.1")):
        """A client's context that trusts this authority and nobody else."""
        context = ssl.create_default_context(cafile=self.certificate)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context
