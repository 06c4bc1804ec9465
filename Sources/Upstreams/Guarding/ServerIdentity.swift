/// One name in a certificate: of its subject's alternative names, those that name a server.
enum CertificateName: Hashable, Sendable {
    case name([UInt8])
    case address([UInt8])
}

/// Who an endpoint must prove to be (RFC 9525): a name by a name, an address by an address, and neither by anything
/// else that a certificate holds.
///
/// NIOSSL looks for this too, but takes a certificate for the peer's address where a name was asked for, and a common
/// name where there is no other. Whoever can have a name resolve to a machine of theirs has a certificate for that
/// machine's address.
enum ServerIdentity: Hashable, Sendable {
    /// A name in lower case.
    case name(String)
    /// Four or sixteen bytes.
    case address([UInt8])

    /// Whether one of the names in a certificate is this.
    func isProven(by names: some Sequence<CertificateName>) -> Bool {
        names.contains { name in
            switch (self, name) {
            case (.name(let wanted), .name(let found)): Self.matches(found, wanted)
            case (.address(let wanted), .address(let found)): wanted == found
            case (.name, .address), (.address, .name): false
            }
        }
    }

    /// A wildcard stands for the whole first label, and for no more than that (RFC 9525 §6.3).
    private static func matches(_ found: [UInt8], _ wanted: String) -> Bool {
        let found = found.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        var wanted = wanted.utf8[...]
        if wanted.last == UInt8(ascii: ".") { wanted.removeLast() }
        guard found.starts(with: "*.".utf8) else { return !wanted.isEmpty && found.elementsEqual(wanted) }
        guard let dot = wanted.firstIndex(of: UInt8(ascii: ".")), dot > wanted.startIndex else { return false }
        return found.dropFirst().elementsEqual(wanted[dot...])
    }
}
