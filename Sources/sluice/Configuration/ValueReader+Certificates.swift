import Gateway

extension ValueReader {
    /// The certificates of a listener: its own, and behind it the others, which only stand beside one.
    mutating func certificates(at section: String) -> [CertificateFiles] {
        let first = self.certificate(at: section, isAwaited: false)
        let names = self.values.names(in: section + ".others")
        let others = names.compactMap { self.certificate(at: "\(section).others.\($0)", isAwaited: true) }
        if first == nil, !names.isEmpty, !self.isBegun(section) {
            self.note(
                section + ".certificate-file", "is missing; name the certificate for clients that ask for no name")
        }
        return first.map { [$0] + others } ?? []
    }

    /// The two files belong together.
    ///
    /// - Parameter isAwaited: whether there has to be one, since it has a name.
    private mutating func certificate(at section: String, isAwaited: Bool) -> CertificateFiles? {
        let (certificate, key) = ("\(section).certificate-file", "\(section).key-file")
        switch (self.values.values[certificate] != nil, self.values.values[key] != nil) {
        case (true, true):
            return CertificateFiles(place: section, certificate: self.path(certificate), key: self.path(key))
        case (true, false): self.note(key, "is missing; name the file with the key of \(certificate)")
        case (false, true): self.note(certificate, "is missing; name the file with the certificate of \(key)")
        case (false, false):
            if isAwaited { self.note(certificate, "is missing; name the file with the certificate") }
        }
        return nil
    }

    private func isBegun(_ section: String) -> Bool {
        ["certificate-file", "key-file"].contains { self.values.values["\(section).\($0)"] != nil }
    }
}
