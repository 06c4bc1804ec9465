import Foundation
import Logging
import NIOConcurrencyHelpers
import SluiceTesting
import Telemetry
import Testing

/// Keeps the lines that a logger writes.
private final class Lines: Sendable {
    private let storage = NIOLockedValueBox<[[UInt8]]>([])

    var sink: LogSink { LogSink { line in self.storage.withLockedValue { $0.append(line) } } }
    var all: [[UInt8]] { self.storage.withLockedValue { $0 } }
    var text: String { String(decoding: self.all.joined(), as: UTF8.self) }
}

private func object(_ line: some Sequence<UInt8>) throws -> [String: String] {
    try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: String])
}

@Suite("A log in JSON")
struct JSONLogHandlerTests {
    private let lines = Lines()

    private func logger(_ level: Logger.Level = .trace, provider: Logger.MetadataProvider? = nil) -> Logger {
        let sink = self.lines.sink
        return Logger(label: "gateway") { label in
            JSONLogHandler(label: label, level: level, sink: sink, metadataProvider: provider) { 1_795_254_864_123 }
        }
    }

    @Test("is one object a line with the time, level, label, message and the metadata in order")
    func form() {
        var logger = self.logger()
        logger[metadataKey: "listener"] = "gateway"
        logger.notice("started", metadata: ["port": "8080", "address": .stringConvertible(127)])
        #expect(
            self.lines.text == """
                {"time":"2026-11-21T09:54:24.123Z","level":"notice","label":"gateway","message":"started",\
                "address":"127","listener":"gateway","port":"8080"}

                """)
    }

    @Test("flattens what is nested")
    func flattens() throws {
        self.logger().info("m", metadata: ["request": ["id": "r1", "hosts": ["a", ["deep": "b"]]]])
        let line = try object(try #require(self.lines.all.first))
        #expect(line["request.id"] == "r1")
        #expect(line["request.hosts.0"] == "a")
        #expect(line["request.hosts.1.deep"] == "b")
    }

    @Test("lets the nearer source of a field win and never writes a key twice")
    func precedence() throws {
        var logger = self.logger(provider: Logger.MetadataProvider { ["a": "provider", "b": "provider"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        let forged: Logger.Metadata = ["message": "forged", "level": "forged", "x.y": "1", "x": ["y": "2"]]
        logger.info("m", metadata: forged.merging(["b": "message"]) { $1 })
        let line = try object(try #require(self.lines.all.first))
        #expect(line["a"] == "provider")
        #expect(line["b"] == "message")
        #expect(line["message"] == "m" && line["metadata.message"] == "forged")
        #expect(line["level"] == "info" && line["metadata.level"] == "forged")
        for key in line.keys {
            #expect(self.lines.text.split(separator: "\"\(key)\":", omittingEmptySubsequences: false).count == 2)
        }
    }

    @Test("writes nothing below its level")
    func level() {
        let logger = self.logger(.warning)
        logger.info("quiet")
        logger.warning("loud")
        #expect(self.lines.all.count == 1)
    }

    @Test("shows an error beside the message")
    func error() throws {
        struct Broken: Error, CustomStringConvertible { var description: String { "disk\nfull" } }
        self.logger().error("append failed", error: Broken())
        #expect(try object(try #require(self.lines.all.first))["error"] == "disk\nfull")
    }

    @Test(
        "stays one line whatever it is told",
        arguments: [
            "a\r\nb", "\u{1B}[31mred", "nul\0nul", "\u{2028}\u{2029}", "next\u{85}line", "\u{202E}reversed\u{2066}",
            "\",\"level\":\"forged", "back\\slash", "tab\tbell\u{7}", "\u{7F}\u{9B}", "\u{FEFF}bom", "=cmd()", "👩‍🚀é",
        ])
    func oneLine(_ text: String) throws {
        self.logger().info("\(text)", metadata: ["\(text)": "\(text)", "nested": ["\(text)": ["\(text)"]]])
        let line = try #require(self.lines.all.first)
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1 && line.last == UInt8(ascii: "\n"))
        #expect(!line.dropLast().contains { $0 < 0x20 || $0 == 0x7F })
        let harmful = Set("\u{85}\u{9B}\u{2028}\u{2029}\u{202E}\u{2066}\u{FEFF}".unicodeScalars)
        #expect(harmful.isDisjoint(with: String(decoding: line, as: UTF8.self).unicodeScalars))
        let read = try object(line)
        #expect(read["message"] == text)
        #expect(read[text] == text)
        #expect(read["nested.\(text).0"] == text)
    }

    @Test("is readable and one line for random text", arguments: seeds(50))
    func randomText(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var text = ""
        for _ in 0..<200 {
            let value = UInt32.random(in: 0...(generator.oneIn(2) ? 0x2100 : 0x10FFFF), using: &generator)
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        self.logger().info("\(text)")
        let line = try #require(self.lines.all.first)
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(try object(line)["message"]?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }

    @Test("cuts a value that is too long")
    func cuts() throws {
        self.logger().info("\(String(repeating: "é", count: 1_000_000))")
        let line = try #require(self.lines.all.first)
        #expect(line.count < 9_000)
        #expect(try object(line)["message"]?.hasSuffix(" [cut]") == true)
    }

    @Test("shows no secret that is wrapped, however it is written")
    func redacted() {
        let secret = Redacted("slk_secret")
        self.logger().info("key \(secret)", metadata: ["key": .stringConvertible(secret), "again": "\([secret])"])
        var dumped = ""
        dump([secret], to: &dumped)
        let everything = self.lines.text + dumped + String(reflecting: secret) + "\(Optional(secret) as Any)"
        #expect(!everything.contains("slk_secret"))
        #expect(secret.description == "[redacted]")
        #expect(secret.exposed == "slk_secret")
    }

    @Test("keeps lines of many threads whole")
    func whole() async throws {
        let directory = try TemporaryDirectory("log")
        let path = try directory.write([], to: "log.jsonl")
        let file = try #require(FileHandle(forWritingAtPath: path))
        let sink = LogSink(descriptor: file.fileDescriptor)
        let logger = Logger(label: "many") { JSONLogHandler(label: $0, sink: sink) }
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for line in 0..<200 {
                        logger.info("\(String(repeating: "x", count: line * 7))", metadata: ["task": "\(task)"])
                    }
                }
            }
        }
        try file.close()
        let written = try directory.read("log.jsonl").split(separator: UInt8(ascii: "\n"))
        #expect(written.count == 1_600)
        for line in written { _ = try object(line) }
    }

    @Test("takes the time of day from the machine")
    func clock() {
        let (before, now, after) = (Date(), WallClock.milliseconds(), Date())
        #expect(Double(now) / 1_000 >= before.timeIntervalSince1970 - 1)
        #expect(Double(now) / 1_000 <= after.timeIntervalSince1970 + 1)
    }
}
