import PlanFiles
import StageControl
import StrictJSON
import Testing

@Suite("A scalar of a plan file")
struct ScalarTests {
    private func value(_ text: String) throws -> JSONValue? { try source("a: \(text)")["a"] }

    @Test(
        "is what it looks like in JSON",
        arguments: [
            ("true", true), ("false", false), ("null", .null), ("~", .null), ("", .null), ("5", 5), ("-1", -1),
            ("0.05", 0.05),
            ("1e3", 1000), ("1E3", 1000), ("1.0e-4", 1e-4), ("3e-7", 3e-7), ("1.0", 1), ("10000000000", 10_000_000_000),
        ] as [(String, JSONValue)])
    func typed(text: String, expected: JSONValue) throws {
        #expect(try self.value(text) == expected)
    }

    @Test(
        "is text in every other case",
        arguments: [
            "no", "No", "yes", "on", "off", "y", "True", "FALSE", "Null", "NULL", "09:00", "1:30", "2026-08-20",
            "2026-08-20T12:00:00Z", "45d", "1.2s", "010", "0o17", "0x1F", "1_000", "1,000", "+1", ".5", "5.", ".inf",
            ".nan", "-.inf", "1e999", "--", "nope", "a b", "1.0.0", "=", "<",
        ])
    func untyped(text: String) throws {
        #expect(try self.value(text) == .string(text))
    }

    @Test("is text in quotes and in blocks, whatever it looks like")
    func quoted() throws {
        for text in ["true", "null", "5", "", "~", "1e3"] {
            #expect(try self.value("'\(text)'") == .string(text))
            #expect(try self.value("\"\(text)\"") == .string(text))
        }
        #expect(try self.value("|-\n  5") == "5")
        #expect(try self.value(">\n  true\n  false") == "true false\n")
        #expect(try self.value(#""a\tb\u2028c""#) == "a\tb\u{2028}c")
    }

    @Test("is text as a key, with or without quotes")
    func keys() throws {
        let document = try source("on: 1\n2: 2\ntrue: 3\n'null': 4\n~: 5").value
        #expect(document == ["on": 1, "2": 2, "true": 3, "null": 4, "~": 5])
    }
}

extension PlanSource {
    subscript(_ key: String) -> JSONValue? { self.value[key] }
}
