import HTTPWire
import NIOCore
import Testing
import Upstreams

@Suite("An upstream's address")
struct UpstreamAddressTests {
    @Test(
        "is read from a URL",
        arguments: [
            ("http://127.0.0.1:8000/v1", "127.0.0.1", 8000, "/v1", "127.0.0.1:8000"),
            ("http://127.0.0.1:8000/v1/", "127.0.0.1", 8000, "/v1", "127.0.0.1:8000"),
            ("HTTP://Model.Example", "model.example", 80, "", "model.example"),
            ("http://vllm_1:80/", "vllm_1", 80, "", "vllm_1"),
            ("http://[::1]:8000/a/b-c", "::1", 8000, "/a/b-c", "[::1]:8000"),
            ("http://[2001:4860::1]", "2001:4860::1", 80, "", "[2001:4860::1]"),
        ])
    func read(url: String, host: String, port: Int, base: String, authority: String) throws {
        let address = try UpstreamAddress(url: url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.basePath == base)
        #expect(address.authority == authority)
        #expect(try UpstreamAddress(url: address.description) == address)
    }

    @Test(
        "is refused with the part at fault",
        arguments: [
            ("127.0.0.1:8000", .schemeMissing), ("", .schemeMissing), ("gopher://a.example", .schemeUnsupported),
            ("ftp://a.example", .schemeUnsupported), ("unix:///run/a", .schemeUnsupported), ("http://", .hostMissing),
            ("http:///v1", .hostMissing), ("http://:80", .hostMissing),
            ("http://u:p@a.example", .userInformationRefused),
            ("http://u@a.example", .userInformationRefused), ("http://a.example?key=b", .queryRefused),
            ("http://a.example/#b", .fragmentRefused), ("http://a.example:", .portInvalid),
            ("http://a.example:0", .portInvalid), ("http://a.example:65536", .portInvalid),
            ("http://a.example:+80", .portInvalid), ("http://a.example:80:80", .portInvalid),
            ("http://[::1]80", .portInvalid), ("http://[::1", .hostInvalid), ("http://[a.example]", .hostInvalid),
            ("http://[fe80::1%eth0]", .hostInvalid), ("http://a,b", .hostInvalid), ("http://a%2eb", .hostInvalid),
            ("http://a.example/../b", .pathInvalid), ("http://a.example//b", .pathInvalid),
            ("http://a.example/%2e", .pathInvalid), ("http://a.example/a b", .byteInvalid),
            ("http://a.example/a\r\nb", .byteInvalid), ("http://a\\b", .byteInvalid),
            ("http://caf\u{E9}", .byteInvalid),
        ] as [(String, UpstreamAddressFault)])
    func refused(url: String, fault: UpstreamAddressFault) {
        #expect(throws: fault) { try UpstreamAddress(url: url) }
    }

    @Test("is refused in words that say what to write")
    func words() {
        for fault in UpstreamAddressFault.allCases {
            #expect(fault.message.count > 20)
            #expect(fault.rawValue.hasPrefix("upstream_"))
        }
    }
}

@Suite("An upstream's secret")
struct UpstreamSecretTests {
    @Test(
        "is written to the upstream and shown nowhere",
        arguments: [
            (UpstreamSecret.bearer("s3cret"), "authorization: Bearer s3cret\r\n"),
            (.apiKey("s3cret"), "x-api-key: s3cret\r\n"),
            (.bearer("s3cret\r\nx: y"), "authorization: Bearer s3cret  x: y\r\n"),
        ])
    func shown(secret: UpstreamSecret, line: String) throws {
        var head = WireText()
        secret.write(to: &head)
        #expect(String(decoding: head.bytes, as: UTF8.self) == line)
        let upstream = Upstream(
            name: "a", address: try UpstreamAddress(url: "http://a.example"), authorization: secret)
        var dumped = ""
        dump(upstream, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(upstream)", String(reflecting: upstream), dumped] {
            #expect(!text.contains("s3cret"))
        }
    }
}
