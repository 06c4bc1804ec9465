import ArgumentParser
import Foundation
import Testing

@testable import sluice

@Suite("The reference of the command line")
struct CommandReferenceTests {
    private static let common: Set<String> = [
        "--server", "--key-file", "--ca-file", "--output", "--dry-run", "--help", "--version", "--data", "--log",
    ]

    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/reference/cli.md"), encoding: .utf8)
    }

    @Test("has every verb with every option that its help names, and no other")
    func verbs() throws {
        // A verb's lines go on where the next one begins.
        let lines = try self.page().split(separator: "\n")
        for noun in nouns {
            for verb in noun.configuration.subcommands {
                let name = "sluice \(noun.configuration.commandName ?? "") \(verb._commandName)"
                let start = try #require(
                    lines.firstIndex { $0 == name || $0.hasPrefix(name + " ") }, "\(name) is missing")
                let rest = lines[(start + 1)...].prefix { $0.hasPrefix(" ") }
                let written = Self.options(in: ([lines[start]] + rest).joined(separator: " "))
                let help = verb.helpMessage(columns: 400).split(separator: "\n").map { $0.drop { $0 == " " } }
                let known = Self.options(in: help.filter { $0.hasPrefix("-") }.map(Self.front).joined(separator: " "))
                #expect(written.subtracting(Self.common) == known.subtracting(Self.common), "\(name)")
            }
        }
    }

    @Test("has every number that a command can end with")
    func numbers() throws {
        let page = try self.page()
        for status in ExitStatus.allCases {
            #expect(page.contains("| \(status.rawValue) | "), "\(status)")
        }
    }

    /// The part of a line of help before its explanation.
    private static func front(_ line: Substring) -> String {
        String(line[..<(line.range(of: "  ")?.lowerBound ?? line.endIndex)])
    }

    private static func options(in text: String) -> Set<String> {
        Set(text.matches(of: /--[a-z]+(-[a-z]+)*/).map { String($0.output.0) })
    }
}
