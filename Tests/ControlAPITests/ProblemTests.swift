import AccessPolicy
import NIOConcurrencyHelpers
import ReleaseModel
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("A problem")
struct ProblemTests {
    @Test("is the answer to every bad request, in one shape, and names the field")
    func shapes() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        try await world.serving(maximumBodyBytes: 2_000) { client in
            func post(_ body: String, type: String = "application/json") async throws -> Reply {
                try await client.send(
                    "POST", "/v1/commands", key: alice.key, body: body, headers: ["Content-Type": type])
            }
            let cases: [(body: String, status: Int, code: String, field: String?)] = [
                ("{", 400, "invalid_json", nil),
                (#"{"command":"model.add","command":"model.add","content":{}}"#, 400, "invalid_json", nil),
                ("[]", 422, "wrong_type", nil),
                (#"{"content":{}}"#, 422, "missing_key", "command"),
                (#"{"command":"model.fly","content":{}}"#, 422, "invalid_value", "command"),
                (
                    #"{"command":"model.add","content":{"name":"a","display_name":"A"}}"#, 422, "missing_key",
                    "content.visibility"
                ),
                (
                    #"{"command":"model.add","content":{"name":"a","display_name":"A","visibility":"listed","x":1}}"#,
                    422, "unknown_key", "content.x"
                ),
                (
                    #"{"command":"model.add","content":{"name":"a b","display_name":"A","visibility":"listed"}}"#, 422,
                    "invalid_value", "content.name"
                ),
                (
                    #"{"command":"model.hold","content":{"model":"mdl_00000000000000000000000005","reason":"r"}}"#, 404,
                    "not_found", "model"
                ),
                (String(repeating: " ", count: 3_000), 413, "body_too_large", nil),
            ]
            for one in cases {
                let reply = try await post(one.body)
                #expect(reply.status == one.status, "\(one.body)")
                #expect(try reply.problem() == one.code, "\(one.body)")
                #expect(try reply.json()["field"]?.stringValue == one.field, "\(one.body)")
                #expect(reply.headers["cache-control"] == "no-store")
                #expect(reply.headers["x-content-type-options"] == "nosniff")
            }
            #expect(
                try await post("a=b", type: "application/x-www-form-urlencoded").problem() == "unsupported_media_type")
        }
        try world.close()
    }

    @Test("is the answer to an unknown path, a wrong method and an unknown parameter")
    func routing() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        try await world.serving { client in
            #expect(try await client.get("/v1/nothing", key: alice.key).problem() == "unknown_route")
            #expect(try await client.get("/", key: alice.key).problem() == "unknown_route")
            let wrong = try await client.send("DELETE", "/v1/models", key: alice.key)
            #expect(wrong.status == 405)
            #expect(try wrong.problem() == "method_not_allowed")
            #expect(wrong.headers["allow"] == "GET")
            for (path, code) in [
                ("/v1/models?colour=red", "unknown_parameter"), ("/v1/models?limit=0", "invalid_parameter"),
                ("/v1/models?limit=x", "invalid_parameter"), ("/v1/models?limit=1&limit=2", "invalid_parameter"),
                ("/v1/models?name=%20", "invalid_parameter"), ("/v1/people?role=king", "invalid_parameter"),
            ] {
                let reply = try await client.get(path, key: alice.key)
                #expect(reply.status == 422)
                #expect(try reply.problem() == code, "\(path)")
            }
        }
        try world.close()
    }

    @Test("of the disk says that nothing was done, tells no path, and the command is possible again afterwards")
    func diskRefuses() async throws {
        let isBroken = NIOLockedValueBox(false)
        var files = FileOperations.system
        let write = files.write
        files.write = { descriptor, bytes, offset throws(FileFault) in
            if isBroken.withLockedValue({ $0 }) {
                throw FileFault(operation: "write", path: "/secret/place", errno: 28)
            }
            try write(descriptor, bytes, offset)
        }
        let world = try await World(files: files)
        let (alice, _) = try await world.bootstrapTwo()
        try await world.serving { client in
            let command = Command.addModel(AddModel(name: try name("a"), displayName: "A"))
            isBroken.withLockedValue { $0 = true }
            let headers = ["Idempotency-Key": "k"]
            let reply = try await client.command(command, key: alice.key, headers: headers)
            #expect(reply.status == 503)
            #expect(try reply.problem() == "audit_unavailable")
            #expect(!reply.text.contains("secret"))
            #expect(world.registry.models.isEmpty)
            isBroken.withLockedValue { $0 = false }
            #expect(try await client.command(command, key: alice.key, headers: headers).status == 201)
        }
        try world.close()
    }

    @Test("of a fault that nobody foresaw tells nothing of it")
    func unforeseen() {
        struct Surprise: Error { var path = "/secret/place" }
        let problem = Problem(Surprise())
        #expect(problem.status == 500)
        #expect(!problem.document(requestID: "r").canonicalText.contains("secret"))
        #expect(problem.logged?.contains("secret") == true)
    }

    @Test("of each refusal has a status and the refusal's own code", arguments: Refusal.Code.allCases)
    func refusals(code: Refusal.Code) {
        let problem = Problem(Refusal(code, field: "f", "words of advice"))
        #expect(problem.code == code.rawValue)
        #expect((400..<500).contains(problem.status))
        #expect(problem.detail == "Words of advice.")
        #expect(problem.field == "f")
    }
}
