import Foundation
import SluiceTesting
import Testing

@testable import sluice

/// `docs/how-to/write-a-plan.md` is run as it is written: each block of `sh`, and behind it what it prints.
@Suite("How to write a plan")
struct HowToTests {
    private struct Block {
        let language: String
        let text: String
    }

    private static func blocks() throws -> [Block] {
        let page = try String(
            contentsOf: PlanFixtures.repository.appending(path: "docs/how-to/write-a-plan.md"), encoding: .utf8)
        return page.matches(of: /```(\w+)\n((?s:.*?))```/).map { match in
            Block(language: String(match.output.1), text: String(match.output.2))
        }
    }

    /// The folder that the tests and the command were built into.
    private static var built: URL? {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.isExecutableFile(atPath: folder.appending(path: "sluice").path) { return folder }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    @Test("shows what the commands print, one after the other", .timeLimit(.minutes(10)))
    func commands() throws {
        let built = try #require(Self.built, "there is no sluice beside the tests")
        let folder = try TemporaryDirectory("how-to")
        let blocks = try Self.blocks()
        #expect(blocks.count { $0.language == "sh" } >= 5)
        for (index, block) in blocks.enumerated() where block.language == "sh" {
            let printed = try Self.shell(block.text, in: folder.path, with: built.path)
            guard blocks.indices.contains(index + 1), blocks[index + 1].language == "text" else {
                #expect(printed == "", "\(block.text)")
                continue
            }
            Self.compare(printed, blocks[index + 1].text, block.text)
        }
    }

    /// Compares line by line. A line of dots in the page stands for any number of lines.
    private static func compare(_ printed: String, _ expected: String, _ commands: String) {
        var rest = printed.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var isSkipping = false
        for line in expected.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "…" {
                isSkipping = true
                continue
            }
            if isSkipping { rest = rest.drop { $0 != line } }
            isSkipping = false
            guard rest.first == line else {
                Issue.record("\(commands) prints \(rest.first ?? "nothing") where the page has \(line)")
                return
            }
            rest = rest.dropFirst()
        }
        #expect(isSkipping || rest.isEmpty, "\(commands) goes on: \(rest)")
    }

    private static func shell(_ script: String, in folder: String, with path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ["PATH": "\(path):/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
