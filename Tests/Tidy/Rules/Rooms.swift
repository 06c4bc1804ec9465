/// The targets, what each may import, and how strict its rules are. Arrows only go down.
enum Rooms {
    /// Values in, values out: the words, the rules and the wire formats. Nothing in them reads a clock or the world.
    static let pure: Set<String> = [
        "StrictJSON", "ReleaseModel", "AccessPolicy", "Quota", "Ledger", "Arms", "Gradient", "SequentialTests",
        "StageControl", "Signals", "Rehearsal", "HTTPWire", "ChatWire",
    ]

    /// Where a person reads the standard output.
    static let printing: Set<String> = ["sluice", "SampleModel"]

    private static let platform: Set<String> = ["Glibc", "Musl"]

    /// What each target may import besides the standard library.
    static let imports: [String: Set<String>] = [
        "StrictJSON": [],
        "ReleaseModel": ["StrictJSON"],
        "AccessPolicy": ["ReleaseModel", "StrictJSON", "Arms", "StageControl", "HashTreeCollections", "Crypto"],
        "Quota": ["ReleaseModel"],
        "Ledger": ["ReleaseModel", "Crypto"],
        "Arms": ["ReleaseModel", "Crypto"],
        "Gradient": ["ReleaseModel"],
        // The logarithm and its kin are the platform's.
        "SequentialTests": platform,
        "StageControl": ["ReleaseModel", "StrictJSON", "SequentialTests", "Arms", "Crypto"],
        "Signals": ["ReleaseModel", "StrictJSON", "StageControl", "Arms"],
        "Rehearsal": ["ReleaseModel", "StrictJSON", "SequentialTests", "StageControl"],
        "HTTPWire": ["NIOCore"],
        "ChatWire": ["StrictJSON", "ReleaseModel", "NIOCore"],
        "Store": platform.union([
            "ReleaseModel", "StrictJSON", "Ledger", "Crypto", "GRDB", "NIOCore", "NIOConcurrencyHelpers", "Logging",
            "CLinuxCalls",
        ]),
        "Upstreams": platform.union([
            "HTTPWire", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOTLS", "NIOSSL", "Synchronization",
        ]),
        "Telemetry": platform.union([
            "StrictJSON", "HTTPWire", "Upstreams", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "Logging",
            "Synchronization",
        ]),
        "PlanFiles": ["StageControl", "StrictJSON", "Yams"],
        "Gateway": platform.union([
            "ReleaseModel", "AccessPolicy", "Quota", "HTTPWire", "ChatWire", "StrictJSON", "Store", "Upstreams",
            "Telemetry", "Crypto", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "ServiceLifecycle", "Logging",
            "HashTreeCollections", "Arms", "Signals", "StageControl", "NIOTLS", "NIOSSL", "NIOHTTP2", "NIOHPACK",
        ]),
        "Conductor": platform.union([
            "ReleaseModel", "StrictJSON", "StageControl", "Signals", "Store", "Telemetry", "Gateway", "ControlAPI",
            "NIOCore", "ServiceLifecycle", "Logging",
        ]),
        "ControlAPI": platform.union([
            "ReleaseModel", "AccessPolicy", "StrictJSON", "Arms", "Gradient", "StageControl", "Signals", "Ledger",
            "Store", "Telemetry", "Crypto", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes",
            "ServiceLifecycle", "Logging", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOSSL",
            "HashTreeCollections",
        ]),
        "sluice": platform.union([
            "ReleaseModel", "AccessPolicy", "StrictJSON", "Ledger", "HTTPWire", "Store", "Upstreams", "Telemetry",
            "Gateway", "ControlAPI", "Arms", "StageControl", "SequentialTests", "Signals", "Conductor", "PlanFiles",
            "Rehearsal", "Gradient",
            "ArgumentParser", "Crypto", "Yams",
            "ServiceLifecycle", "UnixSignals", "Logging",
            "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "FoundationEssentials",
        ]),
        "SampleModel": platform.union([
            "StrictJSON", "ArgumentParser", "Hummingbird", "HTTPTypes", "ServiceLifecycle", "UnixSignals", "Logging",
            "NIOCore", "Synchronization",
        ]),
        "SluiceTesting": platform.union(["ReleaseModel", "Foundation", "Synchronization", "Testing"]),
        "StoreTesting": ["Store"],
        "WireOracles": ["HTTPWire", "ChatWire", "ReleaseModel", "StrictJSON", "NIOCore"],
    ]

    static func forbiddenImports(_ file: SwiftFile) -> [Violation] {
        let modules = Imports(file.code)
        guard let room = file.room else {
            return modules.filter { $0.module == "XCTest" }.map {
                file.violation($0.line, "imports XCTest; tests are written with Swift Testing")
            }
        }
        guard let allowed = self.imports[room] else {
            return [file.violation(0, "is in a target that the table of rooms does not know; give \(room) a row there")]
        }
        return modules.filter { !allowed.contains($0.module) }.map {
            file.violation(
                $0.line, "\($0.module) is not below \(room); move the code, or change the table with a decision")
        }
    }
}

/// The modules that a file imports.
struct Imports: Sequence {
    private var found: [(module: String, line: Int)] = []

    init(_ code: [String]) {
        for (index, line) in code.enumerated() where line.contains("import") {
            let words = line.split { " \t".contains($0) }.filter { !$0.hasPrefix("@") }
            guard let keyword = words.firstIndex(of: "import"), keyword <= 1, keyword + 1 < words.count else {
                continue
            }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[keyword + 1]) ? words.dropFirst(keyword + 2).first : words[keyword + 1]
            guard let module = name?.split(separator: ".").first else { continue }
            self.found.append((String(module), index + 1))
        }
    }

    func makeIterator() -> IndexingIterator<[(module: String, line: Int)]> { self.found.makeIterator() }
}
