/// What kind of network an address is in (IANA's special-purpose registries, RFC 6890).
enum AddressScope: Hashable, Sendable, CaseIterable {
    /// Anywhere on the internet.
    case everywhere
    /// This machine: 127.0.0.0/8, ::1.
    case loopback
    /// A network of one's own: RFC 1918, RFC 6598, fc00::/7.
    case privateNetwork
    /// One link: 169.254.0.0/16, fe80::/10. Clouds have their metadata here.
    case linkLocal
    /// Where clouds tell a machine its secrets, outside of the ranges above.
    case metadata
    /// Many machines: 224.0.0.0/4, ff00::/8, the broadcast address.
    case multicast
    /// None: 0.0.0.0/8, ::.
    case unspecified
    /// Not to be met: reserved, for documentation, or a tunnel whose end is not known.
    case reserved

    /// The range of an IPv4 address, as a number in the order in which it is written.
    init(v4 address: UInt32) {
        func isIn(_ network: UInt32, _ bits: UInt32) -> Bool { (address ^ network) >> (32 - bits) == 0 }
        self =
            switch true {
            case isIn(0x0000_0000, 8): .unspecified
            // Alibaba's and Oracle's metadata, and Azure's host.
            case address == 0x6464_64C8, address == 0xC000_00C0, address == 0xA83F_8110: .metadata
            case isIn(0x7F00_0000, 8): .loopback
            case isIn(0x0A00_0000, 8), isIn(0xAC10_0000, 12), isIn(0xC0A8_0000, 16), isIn(0x6440_0000, 10):
                .privateNetwork
            case isIn(0xA9FE_0000, 16): .linkLocal
            case isIn(0xE000_0000, 4), address == 0xFFFF_FFFF: .multicast
            case isIn(0xC000_0000, 24), isIn(0xC000_0200, 24), isIn(0xC633_6400, 24), isIn(0xCB00_7100, 24),
                isIn(0xC612_0000, 15), isIn(0xC058_6300, 24), isIn(0xF000_0000, 4):
                .reserved
            default: .everywhere
            }
    }

    /// The range of an IPv6 address. One that holds an IPv4 address is in that one's range.
    init(v6 high: UInt64, _ low: UInt64) {
        let inner = UInt32(truncatingIfNeeded: low)
        self =
            switch true {
            case high == 0 && low == 0: .unspecified
            case high == 0 && low == 1: .loopback
            // Mapped, translated and compatible (RFC 4291 §2.5.5, RFC 2765): all of them reach the inner address.
            case high == 0 && (low >> 32 == 0xFFFF || low >> 32 == 0 || low >> 32 == 0xFFFF_0000):
                AddressScope(v4: inner)
            case high == 0x0064_FF9B_0000_0000 && low >> 32 == 0: AddressScope(v4: inner)  // NAT64, RFC 6052
            // NAT64 of one's own (RFC 8215): where the inner one is varies.
            case high >> 16 == 0x0064_FF9B_0001: .reserved
            case high >> 48 == 0x2002: AddressScope(v4: UInt32(truncatingIfNeeded: high >> 16))  // 6to4
            case high >> 32 == 0x2001_0000: .reserved  // Teredo
            case high == 0xFD00_0EC2_0000_0000 && low == 0x254: .metadata  // Amazon's
            case high == 0xFD20_00CE_0000_0000 && low == 0x254: .metadata  // Google's
            case high >> 57 == 0x7E: .privateNetwork
            case high >> 54 == 0x3FA: .linkLocal
            case high >> 54 == 0x3FB: .reserved  // site-local, given up by RFC 3879
            case high >> 56 == 0xFF: .multicast
            case high >> 32 == 0x2001_0DB8, high >> 44 == 0x3_FFF0: .reserved  // for documentation
            case high >> 61 == 1: .everywhere
            default: .reserved
            }
    }
}

extension AddressScope: CustomStringConvertible {
    /// As a fault names it.
    var description: String {
        switch self {
        case .everywhere: "a public address"
        case .loopback: "an address of this machine"
        case .privateNetwork: "an address of a private network"
        case .linkLocal: "an address of one link, where clouds have their metadata"
        case .metadata: "the address of a cloud's metadata"
        case .multicast: "an address of many machines"
        case .unspecified: "no machine's address"
        case .reserved: "a reserved address"
        }
    }
}
