import Foundation
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

@Suite("Keys that are made here")
struct KeyMakingTests {
    @Test("have a registration that reads back and holds nothing of the secret")
    func registration() throws {
        repeated(seeds: 50) { _, generator in
            let key = KeyText(kind: try #require(KeyKind.allCases.randomElement(using: &generator)), using: &generator)
            let registration = KeyRegistration(of: key)
            let text = registration.description
            try #require(KeyRegistration(text) == registration)
            try #require(registration.id == key.id && registration.kind == key.kind)
            try #require(text.hasPrefix("\(key.kind.rawValue)_\(key.id):sha256:"))
            try #require(!text.contains(key.text.dropFirst(13)))
        }
    }

    @Test("have the registration that sha256sum gives")
    func vector() throws {
        let key = try #require(KeyText("slk_EXAMPLE0_0123456789ABCDEFGHIJKLMNOPQRST1mj0vB".utf8))
        #expect(
            KeyRegistration(of: key).description
                == "slk_EXAMPLE0:sha256:911ea540dd60f86e28d087a2eb9af6121bae2d8240076ef158ff5ad70ad93fab")
    }

    @Test(
        "are refused where their registration is not well-formed",
        arguments: ["", "slk_abcdefgh", "slk_abcdefg:sha256:00", "xxx_abcdefgh:sha256:", "slk_abcdefgh:md5:00"])
    func malformed(text: String) {
        #expect(KeyRegistration(text) == nil)
    }

    @Test("lie in a file for their owner alone, which is never written over")
    func file() throws {
        let folder = try TemporaryDirectory("keys")
        let path = folder.path(of: "a.key")
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(kind: .person, using: &generator)
        try KeyFile.create(path, key)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try KeyFile.read(path).text == key.text)
        let fault = #expect(throws: CommandFault.self) { try KeyFile.create(path, key) }
        #expect(fault?.exitStatus == .conflict)
        #expect(try KeyFile.read(path).text == key.text)
    }

    @Test("are not repeated when their file holds something else")
    func wrongFile() throws {
        let folder = try TemporaryDirectory("keys")
        let path = try folder.write("slp_almost_a_secret\n".utf8, to: "a.key")
        let fault = #expect(throws: CommandFault.self) { try KeyFile.read(path) }
        #expect(fault?.description.contains("almost") == false)
        #expect(throws: CommandFault(.notFound, "\(path)x does not exist")) { try KeyFile.read(path + "x") }
    }

    @Test("are printed once by 'key new', or written and only registered")
    func new() throws {
        let folder = try TemporaryDirectory("keys")
        let path = folder.path(of: "p.key")
        let printed = Captured()
        try #require(try parsed("key new") as? KeyCommand.New).run(printed.terminal)
        let lines = printed.data.current.split(separator: "\n").map(String.init)
        let key = try #require(KeyText(lines[0].utf8))
        #expect(lines == [key.text, KeyRegistration(of: key).description])
        let written = Captured()
        try #require(try parsed("key new --kind person --out \(path) --output json") as? KeyCommand.New)
            .run(written.terminal)
        let document = try JSONValue(parsing: Array(written.data.current.dropLast().utf8))
        #expect(document["key"] == nil)
        #expect(document["key_file"]?.stringValue == path)
        #expect(document.text("registration") == KeyRegistration(of: try KeyFile.read(path)).description)
    }

    @Test("go to the server by public part and digest alone, and to their holder once")
    func issue() async throws {
        let server = try await ScriptedControl { asked in
            .json(asked.method == "GET" ? 200 : 201, Known.list(asked.target) ?? ["entries": []])
        }
        let captured = Captured()
        let verb = try #require(try parsed("key issue --application first-app --output json") as? KeyIssuing)
        try await verb.run(try server.session(captured, .json))
        let document = try JSONValue(parsing: Array(captured.data.current.dropLast().utf8))
        let key = try #require(KeyText(document.text("key").utf8))
        #expect(document == ["id": .string(key.id.description), "key": .string(key.text)])
        let content = try #require(server.commands.last?["content"])
        #expect(content.text("key") == key.id.description)
        #expect(content.text("digest") == KeyRegistration(of: key).digest.description)
        #expect(content.text("owner") == Known.application.description)
        #expect(!server.asked.current.contains { String(decoding: $0.body, as: UTF8.self).contains(key.text) })
        try await server.close()
    }

    @Test("leave no file when they were not registered, and keep it when that is not known")
    func refusedIssue() async throws {
        let folder = try TemporaryDirectory("keys")
        for (reply, isKept) in [
            (ScriptedControl.Reply.json(403, ["code": "not_permitted", "detail": "No."]), false), (.bytes(""), true),
        ] {
            let path = folder.path(of: "\(isKept).key")
            let server = try await ScriptedControl { asked in
                Known.list(asked.target).map { .json(200, $0) } ?? reply
            }
            let verb = try #require(try parsed("key issue --application first-app --out \(path)") as? KeyIssuing)
            await #expect(throws: (any Error).self) { try await verb.run(try server.session()) }
            #expect(FileManager.default.fileExists(atPath: path) == isKept)
            try await server.close()
        }
    }
}
