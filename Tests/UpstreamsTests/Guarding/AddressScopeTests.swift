import NIOCore
import SluiceTesting
import Testing

@testable import Upstreams

@Suite("The range of an address")
struct AddressScopeTests {
    private func range(_ text: String) throws -> AddressScope? {
        try SocketAddress(ipAddress: text, port: 80).range
    }

    @Test(
        "is what the registries say, at both ends of each network",
        arguments: [
            ("0.0.0.0", .unspecified), ("0.255.255.255", .unspecified), ("1.0.0.0", .everywhere),
            ("9.255.255.255", .everywhere), ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork),
            ("11.0.0.0", .everywhere), ("100.63.255.255", .everywhere), ("100.64.0.0", .privateNetwork),
            ("100.100.100.200", .metadata), ("100.127.255.255", .privateNetwork), ("100.128.0.0", .everywhere),
            ("127.0.0.0", .loopback), ("127.255.255.255", .loopback), ("128.0.0.0", .everywhere),
            ("168.63.129.16", .metadata), ("169.253.255.255", .everywhere), ("169.254.0.0", .linkLocal),
            ("169.254.169.254", .linkLocal), ("169.254.170.2", .linkLocal), ("169.254.255.255", .linkLocal),
            ("169.255.0.0", .everywhere), ("172.15.255.255", .everywhere), ("172.16.0.0", .privateNetwork),
            ("172.31.255.255", .privateNetwork), ("172.32.0.0", .everywhere), ("192.0.0.192", .metadata),
            ("192.0.0.1", .reserved), ("192.0.2.1", .reserved), ("192.88.99.1", .reserved),
            ("192.167.255.255", .everywhere), ("192.168.0.0", .privateNetwork), ("192.168.255.255", .privateNetwork),
            ("192.169.0.0", .everywhere), ("198.17.255.255", .everywhere), ("198.18.0.0", .reserved),
            ("198.19.255.255", .reserved), ("198.51.100.1", .reserved), ("203.0.113.1", .reserved),
            ("223.255.255.255", .everywhere), ("224.0.0.0", .multicast), ("239.255.255.255", .multicast),
            ("240.0.0.0", .reserved), ("255.255.255.254", .reserved), ("255.255.255.255", .multicast),
            ("::", .unspecified), ("::1", .loopback), ("::2", .unspecified), ("2001:4860:4860::8888", .everywhere),
            ("2001:db8::1", .reserved), ("3fff::1", .reserved), ("3fff:1000::1", .everywhere),
            ("2001:0:1::1", .reserved), ("64:ff9b:1::a9fe:a9fe", .reserved), ("100::1", .reserved),
            ("fbff::1", .reserved), ("fc00::1", .privateNetwork), ("fdff:ffff::1", .privateNetwork),
            ("fd00:ec2::254", .metadata), ("fd20:ce::254", .metadata), ("fe00::1", .reserved),
            ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .reserved), ("feff::1", .reserved),
            ("ff00::1", .multicast), ("ff02::1", .multicast),
        ] as [(String, AddressScope)])
    func table(text: String, expected: AddressScope) throws {
        #expect(try self.range(text) == expected)
    }

    @Test("of an IPv4 address in an IPv6 address is the inner one's, in each way to write it")
    func inner() {
        repeated(seeds: 300) { _, generator in
            let starts: [UInt32] = [0x7F00_0001, 0xA9FE_A9FE, 0x0A00_0001, 0x0808_0808, 0xE000_0001, 0x6464_64C8]
            let random = UInt32.random(in: .min ... .max, using: &generator)
            let v4 = starts.randomElement(using: &generator).map { generator.oneIn(2) ? $0 : random } ?? random
            let expected = AddressScope(v4: v4)
            let (inner, high) = (UInt64(v4), UInt64.random(in: 0...0xFFFF, using: &generator))
            try #require(AddressScope(v6: 0, 0xFFFF_0000_0000 | inner) == expected, "mapped")
            try #require(AddressScope(v6: 0, 0xFFFF_0000_0000_0000 | inner) == expected, "translated")
            try #require(AddressScope(v6: 0x0064_FF9B_0000_0000, inner) == expected, "NAT64")
            try #require(AddressScope(v6: 0x2002 << 48 | inner << 16 | high, 1) == expected, "6to4")
            if v4 > 1 { try #require(AddressScope(v6: 0, inner) == expected, "compatible") }
        }
    }

    @Test("decides: never the link, the metadata, the many and the none; what is local only where it is meant")
    func rule() {
        let (strict, local) = (EgressRule(allowsLocal: false), EgressRule(allowsLocal: true))
        #expect(AddressScope.allCases.filter(strict.allows) == [.everywhere])
        #expect(AddressScope.allCases.filter(local.allows) == [.everywhere, .loopback, .privateNetwork])
    }
}
