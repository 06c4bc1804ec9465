import ReleaseModel
import StrictJSON

/// Decides everything again that a log says was decided, and names what differs.
///
/// It needs the draft that the rollout began as, and its entries in order. Commands are decided by the rules for
/// people, decisions computed anew from the inputs that they recorded; then the recorded entry is folded in, as it was.
public struct DecisionCheck: Sendable {
    /// One field of one entry that the rules would have written otherwise.
    public struct Difference: Hashable, Sendable {
        /// The entry's place, from 0.
        public var entry: Int
        /// The field, such as `content.assessment.rules[2].log_evidence`.
        public var field: String
        /// What is recorded.
        public var recorded: String
        /// What the rules say.
        public var expected: String

        /// A difference with all its fields.
        public init(entry: Int, field: String, recorded: String, expected: String) {
            self.entry = entry
            self.field = field
            self.recorded = recorded
            self.expected = expected
        }
    }

    /// How much of itself a number may differ by: elementary functions differ in their last digits between platforms,
    /// and no decision rests on those.
    public static let tolerance = 1e-9

    /// The rollout after the entries so far.
    public private(set) var rollout: Rollout
    /// How many entries were taken in.
    public private(set) var count = 0
    /// Everything that differs so far, in the order of the entries.
    public private(set) var differences: [Difference] = []

    /// Begins with the draft, before its first entry.
    public init(_ draft: Rollout) { self.rollout = draft }

    /// Everything that differs in a log.
    public static func differences(in entries: some Sequence<RolloutEntry>, from draft: Rollout) -> [Difference] {
        var check = Self(draft)
        for entry in entries { check.take(entry) }
        return check.differences
    }

    /// Decides an entry again, and takes it in.
    public mutating func take(_ entry: RolloutEntry) {
        switch (entry.event, entry.by) {
        case (.command(let command, let roles), .person(let person)):
            self.compare(entry, Self.again(command, Signatory(person, roles: roles), self.rollout, at: entry.at))
        case (.command, _): self.differs("by", "\(entry.by)", "a person")
        case (.decision(let record), _): self.compare(entry, Self.again(record.inputs, self.rollout))
        case (.admission(let round), _): self.compare(entry, Self.again(round, self.rollout, at: entry.at))
        }
        self.rollout.apply(entry)
        self.count += 1
    }

    /// Compares the evidence that the next entry says its gates saw with what was to be seen.
    public mutating func compare(evidence: [EvidenceStatus], with record: DecisionRecord) {
        guard evidence != record.inputs.evidence,
            let recorded = try? JSONValue(encoding: record.inputs.evidence),
            let expected = try? JSONValue(encoding: evidence)
        else { return }
        self.compare(recorded, expected, at: FieldPath.document["content"]["inputs"]["evidence"])
    }

    private enum Again {
        case entry(RolloutEntry)
        case refused(String)
    }

    private static func again(
        _ command: RolloutCommand, _ signatory: Signatory, _ rollout: Rollout, at moment: Timestamp
    ) -> Again {
        do throws(RolloutRefusal) {
            return .entry(try Rollout.decide(command, by: signatory, in: rollout, at: moment))
        } catch {
            return .refused(error.code)
        }
    }

    private static func again(_ inputs: Observations, _ rollout: Rollout) -> Again {
        do throws(ObservationFault) {
            let step = try Rollout.step(rollout, inputs, recording: .everything)
            return step.entries.first.map { .entry($0) } ?? .refused("nothing to decide")
        } catch {
            return .refused(error.code)
        }
    }

    private static func again(_ round: AdmissionRound, _ rollout: Rollout, at moment: Timestamp) -> Again {
        rollout.hear(round.applicants, at: moment).map { .entry($0) } ?? .refused("nobody is let in")
    }

    private mutating func compare(_ entry: RolloutEntry, _ again: Again) {
        switch again {
        case .refused(let reason): self.differs("event", "an entry", reason)
        case .entry(let expected):
            guard entry != expected else { return }
            guard let one = try? JSONValue(encoding: entry), let other = try? JSONValue(encoding: expected) else {
                self.differs("event", "what JSON cannot say", "an entry")
                return
            }
            self.compare(one, other, at: .document)
        }
    }

    private mutating func compare(_ recorded: JSONValue?, _ expected: JSONValue?, at path: FieldPath) {
        if recorded == expected { return }
        switch (recorded, expected) {
        case (.object(let one), .object(let other)):
            for name in Set(one.keys).union(other.keys).sorted() {
                self.compare(one[name], other[name], at: path[name])
            }
        case (.array(let one), .array(let other)):
            for index in 0..<max(one.count, other.count) {
                self.compare(
                    one.indices.contains(index) ? one[index] : nil, other.indices.contains(index) ? other[index] : nil,
                    at: path[index])
            }
        default:
            if let one = recorded?.doubleValue, let other = expected?.doubleValue, Self.areNear(one, other) { return }
            self.differs(
                path.description, recorded?.canonicalText ?? "nothing", expected?.canonicalText ?? "nothing")
        }
    }

    /// Whether two numbers are one but for the last digits. Whole numbers are counts, and are not.
    private static func areNear(_ one: Double, _ other: Double) -> Bool {
        guard one != one.rounded() || other != other.rounded() else { return one == other }
        return abs(one - other) <= Self.tolerance * max(abs(one), abs(other), 1e-9)
    }

    private mutating func differs(_ field: String, _ recorded: String, _ expected: String) {
        self.differences.append(
            Difference(entry: self.count, field: field, recorded: recorded, expected: expected))
    }
}

extension DecisionCheck.Difference: CustomStringConvertible {
    /// One line: the entry, the field, and both values.
    public var description: String {
        "entry \(self.entry): \(self.field) is \(self.recorded), expected \(self.expected)"
    }
}
