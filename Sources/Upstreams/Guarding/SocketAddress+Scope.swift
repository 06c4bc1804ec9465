import NIOCore

extension SocketAddress {
    /// Its four or sixteen bytes, in the order in which they are written; nil for a path of the file system.
    ///
    /// They are read at their places in Linux' `sockaddr_in` and `sockaddr_in6`, which are a part of the kernel's
    /// interface: which C module the fields' names belong to depends on what else is imported.
    var packedAddress: [UInt8]? {
        switch self {
        case .v4(let address): unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[4..<8]) }
        case .v6(let address): unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[8..<24]) }
        case .unixDomainSocket: nil
        }
    }

    /// The network that it is in; nil for a path of the file system.
    var range: AddressScope? {
        guard let bytes = self.packedAddress else { return nil }
        func number(_ part: some Sequence<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        return bytes.count == 4
            ? AddressScope(v4: UInt32(truncatingIfNeeded: number(bytes)))
            : AddressScope(v6: number(bytes.prefix(8)), number(bytes.suffix(8)))
    }
}
