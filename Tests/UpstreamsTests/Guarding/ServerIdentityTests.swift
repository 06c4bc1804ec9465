import Testing

@testable import Upstreams

@Suite("Who a server is")
struct ServerIdentityTests {
    private static func names(_ names: String...) -> [CertificateName] { names.map { .name(Array($0.utf8)) } }

    @Test(
        "is proven by the very name, in any case, or by a wildcard for its first label",
        arguments: [
            ("a.example", "a.example"), ("a.example", "A.EXAMPLE"), ("a.example", "*.example"),
            ("a.b.example", "*.b.example"), ("a.example.", "a.example"), ("localhost", "localhost"),
        ])
    func proven(wanted: String, found: String) {
        #expect(ServerIdentity.name(wanted).isProven(by: Self.names("other.example", found)))
    }

    @Test(
        "is not proven by a name that is like it",
        arguments: [
            ("a.example", "b.example"), ("a.example", "example"), ("a.example", "a.example.com"),
            ("a.example", "xa.example"), ("a.example", ".example"), ("a.example", "*"), ("a.example", "*example"),
            ("a.example", "a*.example"), ("a.example", "*.*"), ("a.example", "**.example"), ("example", "*.example"),
            ("a.b.example", "*.example"), (".example", "*.example"), ("a.example", "a.example\0.evil"),
            ("a.example", ""), ("", ""), ("a.example", "a.*"), ("127.0.0.1", "*.0.0.2"),
        ])
    func notProven(wanted: String, found: String) {
        #expect(!ServerIdentity.name(wanted).isProven(by: Self.names(found)))
    }

    @Test("is proven for a name by no address, and for an address by no name and no other address")
    func kinds() {
        let address: [UInt8] = [127, 0, 0, 1]
        #expect(ServerIdentity.address(address).isProven(by: [.name([97]), .address(address)]))
        #expect(!ServerIdentity.name("a.example").isProven(by: [.address(address)]))
        #expect(!ServerIdentity.name("127.0.0.1").isProven(by: [.address(address)]))
        #expect(!ServerIdentity.address(address).isProven(by: Self.names("127.0.0.1", "*.0.0.1")))
        let others: [CertificateName] = [.address([127, 0, 0, 2]), .address(address + address)]
        #expect(!ServerIdentity.address(address).isProven(by: others))
        #expect(!ServerIdentity.address(address).isProven(by: []))
    }
}
