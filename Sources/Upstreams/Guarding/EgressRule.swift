/// To which addresses the gateway connects for one endpoint.
///
/// A name may resolve to another address at each connect, chosen by whoever holds the name. So the rule is asked of
/// what it resolved to, each time, and the connection goes to the very address that was looked at.
struct EgressRule: Hashable, Sendable {
    /// Whether a name may resolve to this machine or a private network.
    let allowsLocal: Bool

    /// Whether a connection may be made to an address in `range`.
    func allows(_ range: AddressScope) -> Bool {
        switch range {
        case .everywhere: true
        case .loopback, .privateNetwork: self.allowsLocal
        case .linkLocal, .metadata, .multicast, .unspecified, .reserved: false
        }
    }
}
