import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("Commands and entries as JSON")
struct WireNamesTests {
    @Test("keep every name that they ever had")
    func names() throws {
        let commands = try Examples.commands().map { try JSONValue(encoding: $0).canonicalText }
        let entries = try Examples.entries().map { try JSONValue(encoding: $0).canonicalText }
        try expectSnapshot((commands + [""] + entries).joined(separator: "\n") + "\n", "commands-and-entries")
    }

    @Test("have an example of each kind")
    func complete() throws {
        #expect(try Examples.commands().map(\.kind) == Command.Kind.allCases)
        #expect(try Examples.entries().map(\.event.kind) == ControlEvent.Kind.allCases)
    }

    @Test("read back as they were written")
    func roundTrip() throws {
        for command in try Examples.commands() {
            let text = try JSONValue(encoding: command).canonical
            #expect(try JSONValue(parsing: text).decoded(as: Command.self) == command)
        }
        for entry in try Examples.entries() {
            let text = try JSONValue(encoding: entry).canonical
            #expect(try JSONValue(parsing: text).decoded(as: ControlEntry.self) == entry)
        }
    }

    @Test("refuse a member that is not known, at every depth")
    func unknownMembers() throws {
        for command in try Examples.commands() {
            guard case .object(var whole) = try JSONValue(encoding: command),
                case .object(var content)? = whole["content"]
            else {
                Issue.record("\(command.kind) is no object with content")
                continue
            }
            content["surprise"] = 1
            whole["content"] = .object(content)
            #expect(throws: JSONCodingFault.self) { try JSONValue.object(whole).decoded(as: Command.self) }
        }
    }

    @Test("refuse an entry of another format")
    func format() throws {
        let first = try #require(try Examples.entries().first)
        var members = try #require(try JSONValue(encoding: first).objectValue)
        members["v"] = 2
        #expect(throws: JSONCodingFault.self) { try JSONValue.object(members).decoded(as: ControlEntry.self) }
    }
}
