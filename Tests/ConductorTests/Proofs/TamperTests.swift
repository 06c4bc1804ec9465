import AccessPolicy
import Gateway
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI
@testable import sluice

@Suite("A log of decisions in which somebody changed something")
struct TamperTests {
    /// The log of a release with advances, silence, harm and a rollback in it.
    private static func eventful() async throws -> DecisionLog {
        let release = try await ConductedRelease.furnished()
        let id = try await release.open(try TrialPlan.read())
        for number in 0..<6 {
            try release.use(1_500, of: id)
            await release.round(after: 301_000)
            if number.isMultiple(of: 2) { try await release.report(number, of: id) }
        }
        release.tap.close()
        for _ in 0..<6 { await release.round(after: 240_000) }
        release.tap.open(release.gateway)
        try release.use(20_000, of: id)
        for _ in 0..<3 { await release.round(after: 301_000) }
        try await release.report(100, of: id, severity: .critical)
        await release.round(after: 6_000)
        try await release.perform(.abort(reason: "it harms"), on: id, by: ConductedRelease.carol)
        try release.close()
        let log = try DecisionLog(release.reader)
        try log.requireNoDifference()
        return log
    }

    /// The places of the records of decisions.
    private static func decisions(_ log: DecisionLog) throws -> [Int] {
        try log.entries.indices.filter { index in
            let entry = try JSONValue(parsing: log.entries[index]).decoded(as: ControlEntry.self)
            guard case .rolloutChanged(let change) = entry.event else { return false }
            if case .decision = try RolloutBook.entry(of: change, in: entry).event { return true }
            return false
        }
    }

    @Test("names the record, whichever number of whichever record it was", .timeLimit(.minutes(30)))
    func numbers() async throws {
        let log = try await Self.eventful()
        let decisions = try Self.decisions(log)
        var generator = SeededGenerator(seed: 6)
        let cases = Proof.runs(60, of: 2_000)
        for number in 0..<cases {
            let place = try #require(decisions.randomElement(using: &generator))
            let document = try JSONValue(parsing: log.entries[place])
            let target = Int(generator.next() % UInt64(document.countOfNumbers))
            var damaged = log
            damaged.entries[place] = document.changing(number: target, using: &generator).canonical
            var named = false
            do {
                named = try damaged.check().differences.contains { $0.index == UInt64(place) }
            } catch {
                // What is not an entry any more is named by what keeps it from being read.
                named = "\(error)".contains("entry \(place) ")
            }
            #expect(named, "case \(number): number \(target) of entry \(place) was changed, and nobody says so")
        }
        try Proof.note("changed one number in \(cases) random records: each was named")
    }

    @Test("names a signature that claims roles which nobody gave")
    func roles() async throws {
        var log = try await Self.eventful()
        let place = try #require(
            log.entries.firstIndex {
                String(decoding: $0, as: UTF8.self).contains(#""roles":["approver","operator"]"#)
                    && String(decoding: $0, as: UTF8.self).contains("rollout.changed")
            })
        let text = String(decoding: log.entries[place], as: UTF8.self)
        log.entries[place] = Array(
            text.replacing(#""roles":["approver","operator"]"#, with: #""roles":["approver","release_manager"]"#).utf8)
        let found = try log.check().differences
        #expect(found.contains { $0.index == UInt64(place) && $0.found.field == "roles" }, "\(found)")
    }
}

extension JSONValue {
    /// How many numbers there are in the document.
    fileprivate var countOfNumbers: Int {
        switch self {
        case .integer, .double: 1
        case .array(let elements): elements.reduce(0) { $0 + $1.countOfNumbers }
        case .object(let members): members.values.reduce(0) { $0 + $1.countOfNumbers }
        case .null, .bool, .string: 0
        }
    }

    /// The document with one of its numbers another.
    fileprivate func changing(number: Int, using generator: inout SeededGenerator) -> JSONValue {
        var left = number
        return self.changing(&left, using: &generator)
    }

    private func changing(_ left: inout Int, using generator: inout SeededGenerator) -> JSONValue {
        switch self {
        case .integer(let whole):
            defer { left -= 1 }
            return left == 0 ? .integer(generator.oneIn(2) || whole == 0 ? whole + 1 : whole - 1) : self
        case .double(let number):
            defer { left -= 1 }
            return left == 0 ? .double(number * (generator.oneIn(2) ? 1.001 : 0.5) + (number == 0 ? 0.5 : 0)) : self
        case .array(let elements): return .array(elements.map { $0.changing(&left, using: &generator) })
        case .object(let members):
            var changed = members
            for name in members.keys.sorted() { changed[name] = members[name]?.changing(&left, using: &generator) }
            return .object(changed)
        case .null, .bool, .string: return self
        }
    }
}
