import ArgumentParser
import NIOCore
import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

@Suite("The client of the control API")
struct ControlClientTests {
    private let post = ControlRequest.post("/v1/commands", [], ["a": 1], idempotencyKey: "k")

    @Test("gives the document of an answer, whole or in chunks")
    func answers() async throws {
        let server = try await ScriptedControl { asked in
            asked.method == "GET"
                ? .bytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "4\r\n{\"x\"\r\n3\r\n:1}\r\n0\r\n\r\n")
                : .json(201, ["done": true])
        }
        let client = try server.client()
        #expect(try await client.send(.get("/v1/me", [("name", "a b&c/ü")])) == ["x": 1])
        #expect(try await client.send(self.post) == ["done": true])
        #expect(server.targets == ["GET /v1/me?name=a%20b%26c%2F%C3%BC", "POST /v1/commands"])
        let asked = try #require(server.asked.current.last)
        #expect(asked.fields["content-type"] == "application/json")
        #expect(asked.fields["host"] == "127.0.0.1:\(server.port)")
        #expect(asked.document == ["a": 1])
        try await server.close()
    }

    @Test("tells a problem with its code, field and detail")
    func problem() async throws {
        let server = try await ScriptedControl { _ in
            .json(422, ["code": "invalid_field", "field": "name", "detail": "Too long.", "request_id": "req_1"])
        }
        let client = try server.client()
        let problem = await #expect(throws: ControlProblem.self) { try await client.send(self.post) }
        #expect(problem?.description == "invalid_field (field name): Too long.")
        #expect(problem?.exitStatus == .usage)
        #expect(server.asked.current.count == 1)
        try await server.close()
    }

    @Test("asks once more with the same idempotency key when the answer was cut off")
    func cutOnce() async throws {
        let count = Noted(0)
        let server = try await ScriptedControl { _ in
            count.change { $0 += 1 }
            return count.current == 1
                ? .bytes("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a")
                : .json(201, ["done": true])
        }
        #expect(try await server.client().send(self.post) == ["done": true])
        #expect(server.asked.current.map { $0.fields["idempotency-key"] } == ["k", "k"])
        try await server.close()
    }

    @Test("says that the outcome is not known when answers are always cut off")
    func cut() async throws {
        let server = try await ScriptedControl { _ in .bytes("") }
        let client = try server.client()
        let fault = await #expect(throws: ClientFault.self) { try await client.send(self.post) }
        #expect(fault == .cut(client.server, isRepeatable: true))
        #expect(fault?.description.contains("not known") == true)
        #expect(server.asked.current.count == 2)
        let record = ControlRequest.post("/v1/person-records", [], [:], idempotencyKey: "k")
        await #expect(throws: ClientFault.self) { try await client.send(record) }
        #expect(server.asked.current.count == 3)
        try await server.close()
    }

    @Test("says which address refused, how to start a server and how to name another")
    func refused() async throws {
        let port = try FreePort.find()
        let client = ControlClient(server: try ServerAddress("http://127.0.0.1:\(port)"), key: nil)
        let fault = await #expect(throws: ClientFault.self) { try await client.send(.get("/v1/me")) }
        #expect(fault == .refused(client.server))
        #expect(fault?.exitStatus == .unhealthy)
        for text in ["http://127.0.0.1:\(port)", "sluice serve", "--server", "SLUICE_SERVER"] {
            #expect(fault?.description.contains(text) == true)
        }
    }

    @Test("gives up when no answer comes in time")
    func timeout() async throws {
        let server = try await ScriptedControl { _ in .silence }
        var client = try server.client()
        client.answerTimeout = .milliseconds(50)
        let patient = client
        let fault = await #expect(throws: ClientFault.self) { try await patient.send(.get("/v1/me")) }
        #expect(fault?.exitStatus == .timedOut)
        try await server.close()
    }

    @Test(
        "takes nothing else for the control API",
        arguments: [
            ScriptedControl.Reply.text(200, mediaType: "text/html", "<html>"), .bytes("SSH-2.0-OpenSSH_9\r\n"),
            .text(200, mediaType: "application/json", "{\"a\":1,\"a\":2}"), .json(404, ["error": ["message": "no"]]),
        ])
    func foreign(reply: ScriptedControl.Reply) async throws {
        let server = try await ScriptedControl { _ in reply }
        let client = try server.client()
        let fault = await #expect(throws: ClientFault.self) { try await client.send(.get("/v1/me")) }
        guard case .foreignAnswer? = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        try await server.close()
    }

    @Test("never shows the key")
    func secret() throws {
        let client = ControlClient(server: try ServerAddress(ServerAddress.standard), key: "slp_secret")
        #expect(!"\(client)".contains("slp_secret"))
        #expect(!String(reflecting: client).contains("slp_secret"))
    }

    @Test("needs a key, by flag or environment")
    func noKey() throws {
        let options = try ClientOptions.parse([])
        let fault = #expect(throws: CommandFault.self) { try options.client(environment: ["SLUICE_KEY_FILE": ""]) }
        #expect(fault?.exitStatus == .usage)
        #expect(fault?.description.contains("--key-file") == true)
    }
}

@Suite("A server's address")
struct ServerAddressTests {
    @Test(
        "is read",
        arguments: [
            ("http://127.0.0.1:7081", "127.0.0.1", 7081, ""), ("http://sluice.example", "sluice.example", 80, ""),
            ("http://[::1]:7081/", "::1", 7081, ""), ("http://h:1/base/path/", "h", 1, "/base/path"),
        ])
    func read(text: String, host: String, port: Int, prefix: String) throws {
        let address = try ServerAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.prefix == prefix)
    }

    @Test("is spoken to over TLS when it is https, whose port is another")
    func secure() throws {
        let address = try ServerAddress("https://sluice.example/base")
        #expect(address.isSecure && address.port == 443 && address.authority == "sluice.example")
        #expect("\(address)" == "https://sluice.example/base")
        #expect("\(try ServerAddress("https://h:80"))" == "https://h:80")
        #expect(try !ServerAddress("http://h:443").isSecure)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "127.0.0.1:7081", "ftp://h", "https://",
            "http://", "http://h:0", "http://h:99999", "http://h:x", "http://u@h",
            "http://h/?a", "http://h h", "http://[::1", "http://[::1]x", "http://a:b:1", "",
        ])
    func refused(text: String) {
        let fault = #expect(throws: CommandFault.self) { try ServerAddress(text) }
        #expect(fault?.exitStatus == .usage)
    }
}
