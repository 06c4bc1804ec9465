import HTTPWire
import NIOCore
import Testing

@Suite("What a proxy says of a connection")
struct ProxyHeaderTests {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// A header of version 2.
    private static func binary(_ command: UInt8, _ family: UInt8, _ payload: [UInt8]) -> [UInt8] {
        Self.signature + [command, family, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)] + payload
    }

    @Test("is read in version 1, and nothing behind it", arguments: ["192.0.2.7", "2001:db8::7"])
    func versionOne(address: String) throws {
        let other = address.contains(":") ? "2001:db8::1" : "198.51.100.1"
        let line = "PROXY \(address.contains(":") ? "TCP6" : "TCP4") \(address) \(other) 56324 443\r\n"
        let header = try #require(try ProxyHeader.read(ByteBuffer(string: line + "GET / HTTP/1.1\r\n")))
        #expect(header.client == ClientAddress(address))
        #expect(header.client != nil)
        #expect(header.length == line.utf8.count)
    }

    @Test("is read in version 2, with whatever else it has")
    func versionTwo() throws {
        let four = Self.binary(0x21, 0x11, [192, 0, 2, 7, 198, 51, 100, 1, 0xDC, 4, 1, 0xBB] + [4, 0, 1, 0])
        let header = try #require(try ProxyHeader.read(ByteBuffer(bytes: four + [1, 2, 3])))
        #expect(header.client == ClientAddress("192.0.2.7") && header.length == four.count)
        let six = Self.binary(
            0x21, 0x21, [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [7] + Array(repeating: 1, count: 20))
        #expect(try ProxyHeader.read(ByteBuffer(bytes: six))?.client == ClientAddress("2001:db8::7"))
    }

    @Test("names no client where the proxy speaks for itself")
    func local() throws {
        #expect(
            try ProxyHeader.read(ByteBuffer(string: "PROXY UNKNOWN\r\n"))
                == ProxyHeader.read(
                    ByteBuffer(string: "PROXY UNKNOWN\r\nGET")))
        #expect(try ProxyHeader.read(ByteBuffer(string: "PROXY UNKNOWN ::1 ::1 1 1\r\n"))?.client == nil)
        let local = Self.binary(0x20, 0x11, [192, 0, 2, 7, 198, 51, 100, 1, 0, 1, 0, 1])
        #expect(try #require(try ProxyHeader.read(ByteBuffer(bytes: local))).client == nil)
    }

    @Test(
        "waits for the rest at every place",
        arguments: [
            Array("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".utf8),
            binary(0x21, 0x11, [192, 0, 2, 7, 198, 51, 100, 1, 0xDC, 4, 1, 0xBB]),
        ])
    func splits(bytes: [UInt8]) throws {
        for count in 0..<bytes.count { #expect(try ProxyHeader.read(ByteBuffer(bytes: bytes.prefix(count))) == nil) }
        #expect(try ProxyHeader.read(ByteBuffer(bytes: bytes)) != nil)
    }

    @Test(
        "is refused where it is missing, wrong or long",
        arguments: [
            (Array("GET / HTTP/1.1\r\n".utf8), .missing), (Array("PRI * HTTP/2.0\r\n".utf8), .missing),
            (Array("\r\n\r\nGET".utf8), .missing), (Array("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n".utf8), .invalid),
            (Array("PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n".utf8), .invalid),
            (Array("PROXY TCP4 01.2.3.4 1.2.3.4 1 1\r\n".utf8), .invalid),
            (Array("PROXY TCP4 ::1 ::1 1 1\r\n".utf8), .invalid), (Array("PROXY UNKNOWN\n".utf8), .invalid),
            (Array("PROXY TCP4 ".utf8) + Array(repeating: 0x31, count: 120), .tooLong),
            (binary(0x31, 0x11, []), .invalid), (binary(0x22, 0x11, []), .invalid), (binary(0x21, 0x11, [1]), .invalid),
            (binary(0x21, 0x11, Array(repeating: 0, count: 600)), .tooLong),
        ] as [([UInt8], ProxyHeader.Fault)])
    func faults(bytes: [UInt8], fault: ProxyHeader.Fault) {
        #expect(throws: fault) { try ProxyHeader.read(ByteBuffer(bytes: bytes)) }
    }
}

@Suite("A range of addresses")
struct AddressRangeTests {
    @Test(
        "has its addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false), ("::/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("fe80::/65", "fe80::7fff:0:0:0", true),
            ("fe80::/65", "fe80::8000:0:0:0", false), ("0.0.0.0/0", "255.255.255.255", true),
        ])
    func contains(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(ClientAddress(address))) == isInside)
    }

    @Test(
        "is refused where it is none",
        arguments: [
            "", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "10.0.0.256", "010.0.0.1", "a::b::c", ":::", "1::/129", "x/8",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "10.0.0.0/", "10.0.0.0/+8", "1.2.3.4:5", "12345::",
        ])
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
