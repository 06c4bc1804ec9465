import Testing

/// Samples that break one rule each: a rule that cannot fail is worth nothing.
@Suite("A rule about code")
struct CodeSamples {
    private func rule(_ text: String, in path: String = "Sources/Quota/Sample.swift") -> SwiftFile {
        SwiftFile(path, text)
    }

    @Test("finds a line of 121 columns and not one of 120")
    func columns() {
        let lines = [120, 121].map { String(repeating: "é", count: $0) }.joined(separator: "\n")
        #expect(Sizes.longLines(TextFile("a.swift", lines)).map(\.line) == [2])
    }

    @Test("finds a file of 401 lines and not one of 400")
    func fileLines() {
        #expect(Sizes.longFiles(TextFile("a.swift", String(repeating: "\n", count: 400))).isEmpty)
        #expect(Sizes.longFiles(TextFile("a.swift", String(repeating: "\n", count: 401))).count == 1)
    }

    private func function(_ head: String, lines: Int) -> String {
        let body = String(repeating: "    do { }\n", count: lines - 2)
        return "protocol P { func f()\n init()\n}\n\(head) {\n\(body)}\nfunc g() {}\n"
    }

    @Test(
        "finds a function of 71 lines and not one of 70",
        arguments: [
            "func f(a: () -> Void = { })", "init(a: [Int])", "deinit", "subscript(a: Int) -> Int", "init?(a: Int)",
        ])
    func functionLines(head: String) {
        #expect(Sizes.longFunctions(self.rule(self.function(head, lines: 70))).isEmpty)
        #expect(Sizes.longFunctions(self.rule(self.function(head, lines: 71))).map(\.line) == [4])
    }

    @Test("counts a signature over many lines, and takes neither a call nor a word in a text for a function")
    func functionShapes() {
        let body = String(repeating: "x()\n", count: 68)
        let wrapped = "func f(\n    a: Int\n)\n    throws -> Int\nwhere A: B\n{\n\(body)}\n"
        #expect(Sizes.longFunctions(self.rule(wrapped)).map(\.line) == [1])
        #expect(Sizes.longFunctions(self.rule("let a = B.init(1)\n{\n\(body)\n\n\n}\n")).isEmpty)
        #expect(Sizes.longFunctions(self.rule("let a = \"func f() {\"\n// func g() {\n\(body)\n\n\n")).isEmpty)
    }

    @Test(
        "finds an import that does not go down",
        arguments: [
            ("Quota", "import Foundation"), ("Quota", "public import NIOCore"), ("Ledger", "import struct Store.Path"),
            ("ReleaseModel", "@preconcurrency import Crypto"), ("Gateway", "import Foundation"),
            ("HTTPWire", "private import ChatWire"), ("Store", "import Gateway"), ("StrictJSON", "import Glibc"),
            ("AccessPolicy", "@testable import Store"), ("Unheard", "import Ledger"),
            ("Telemetry", "import Foundation"),
        ])
    func imports(room: String, line: String) {
        #expect(Rooms.forbiddenImports(self.rule(line, in: "Sources/\(room)/A.swift")).count == 1)
    }

    @Test("allows the imports of the table, and XCTest to nobody")
    func allowedImports() {
        let text = "public import ReleaseModel\nimport Crypto\n// import Foundation\nlet a = \"import Foundation\"\n"
        #expect(Rooms.forbiddenImports(self.rule(text, in: "Sources/Ledger/A.swift")).isEmpty)
        #expect(Rooms.forbiddenImports(self.rule("import Foundation", in: "Tests/A/A.swift")).isEmpty)
        #expect(Rooms.forbiddenImports(self.rule("import XCTest", in: "Tests/A/A.swift")).count == 1)
    }

    @Test("knows no target that would import upwards")
    func table() {
        let order = [
            "StrictJSON", "ReleaseModel", "Quota", "Ledger", "Arms", "Gradient", "SequentialTests", "StageControl",
            "Signals", "Rehearsal", "AccessPolicy", "HTTPWire", "ChatWire", "Store", "Upstreams", "Telemetry",
            "PlanFiles",
            "Gateway",
            "ControlAPI", "Conductor", "sluice", "SampleModel", "SluiceTesting", "StoreTesting", "WireOracles",
        ]
        #expect(Set(order) == Set(Rooms.imports.keys))
        for (place, room) in order.enumerated() {
            for imported in Rooms.imports[room] ?? [] {
                #expect(order.firstIndex(of: imported).map { $0 < place } ?? true, "\(room) imports \(imported)")
            }
        }
    }

    @Test(
        "finds what takes the process down, anywhere in the sources",
        arguments: ["let a = try! b()", "fatalError(\"no\")", "let a = b as! C", "let m = Mutex(0)"])
    func fatal(line: String) {
        for room in ["Quota", "Gateway", "sluice"] {
            #expect(Expressions.find(self.rule(line, in: "Sources/\(room)/A.swift")).map(\.line) == [1])
        }
        #expect(Expressions.find(self.rule(line, in: "Tests/A/A.swift")).isEmpty)
    }

    @Test(
        "finds what makes a rule impure, in rules only",
        arguments: [
            "Task { await a() }", "Task.detached { }", "let d = Date()", "let u = UUID()",
            "let n = ContinuousClock.now",
            "f(at: .now)", "let d = Date.now", "let t = NIODeadline.now()", "var g = SystemRandomNumberGenerator()",
        ])
    func impure(line: String) {
        #expect(Expressions.find(self.rule(line)).count == 1)
        #expect(Expressions.find(self.rule(line, in: "Sources/Gateway/A.swift")).isEmpty)
    }

    @Test("finds printing where nobody reads it")
    func printing() {
        #expect(Expressions.find(self.rule("    print(a)")).count == 1)
        #expect(Expressions.find(self.rule("print(a)", in: "Sources/Store/A.swift")).count == 1)
        #expect(Expressions.find(self.rule("print(a)", in: "Sources/sluice/A.swift")).isEmpty)
    }

    @Test(
        "is not misled by comments, texts and longer names",
        arguments: [
            "// try! later", "/* fatalError( /* as! */ try! */", "let a = \"try! \\(b(\"as!\")) fatalError(\"",
            "let a = #\"print(\"#", "blueprint(a)", "self.print(a)", "let a = self.now", "f(at: now, b.now)",
            "canvas.nowhere", "updateDate()", "let a = \"\"\"\n  try! \"as!\"\n  \"\"\"", "multitry!",
        ])
    func notMisled(text: String) {
        #expect(Expressions.find(self.rule(text)).isEmpty)
    }

    @Test("sees code behind a string and in the line after a comment")
    func seesBehind() {
        #expect(Expressions.find(self.rule("let a = \"\\\"\"; let b = try! c()")).count == 1)
        #expect(Expressions.find(self.rule("// a \"quote\nlet b = try! c()")).map(\.line) == [2])
        #expect(Expressions.find(self.rule("let a = \"\\(b ? \"(\" : \")\")\"\ntry! c()")).map(\.line) == [2])
    }

    @Test(
        "finds a public declaration without documentation",
        arguments: [
            "public func f() {}", "public struct S {", "package enum E {", "    public var a: Int", "public let b = 1",
            "    public static func f() {}", "public init(a: Int) {", "public init?(_ a: Int) {",
            "public final class C {",
            "    public private(set) var a = 0", "@inlinable public mutating func f() {}", "public protocol P {",
            "    public subscript(a: Int) -> Int {", "public typealias A = B", "public class func f() {}",
            "// A remark.\npublic func f() {}", "/// Text.\n\npublic func f() {}", "@a\n@b(c)\npublic func f() {}",
        ])
    func undocumented(text: String) {
        #expect(Documentation.missing(self.rule(text)).count == 1)
        #expect(Documentation.missing(self.rule(text, in: "Sources/Gateway/A.swift")).isEmpty)
    }

    @Test(
        "asks for no documentation where there is some, or nothing to say",
        arguments: [
            "/// F.\npublic func f() {}", "/// F.\n@inlinable\n@a(b)\npublic func f() {}", "func f() {}",
            "public import A", "public extension A {", "public static func < (a: A, b: A) -> Bool {",
            "public init() {}",
            "public var description: String {", "public init(from decoder: any Decoder) throws {",
            "let a = \"public func f()\"", "    private var a = 1",
        ])
    func documented(text: String) {
        #expect(Documentation.missing(self.rule(text)).isEmpty)
    }

    @Test("finds unchecked promises that nobody explains, and counts them all")
    func promises() {
        let bare = self.rule("final class A: @unchecked Sendable {\n    nonisolated(unsafe) var a = 0\n}")
        #expect(UncheckedPromises.unexplained(bare).map(\.line) == [1, 2])
        let explained = self.rule("// Guarded by its lock.\n@b\nfinal class A: @unchecked Sendable {}")
        #expect(UncheckedPromises.unexplained(explained).isEmpty)
        #expect(UncheckedPromises.tooMany([bare, explained], most: 2).count == 3)
        #expect(UncheckedPromises.tooMany([bare, explained], most: 3).isEmpty)
    }
}
