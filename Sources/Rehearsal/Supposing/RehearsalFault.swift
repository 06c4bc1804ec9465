public import StageControl

/// Why a rehearsal cannot be held, at one place.
public enum RehearsalFault: Error, Hashable, Sendable {
    /// The plan has no such metric. `nearest` is the one that was probably meant.
    case unknownMetric(field: String, name: String, nearest: String?)
    /// The plan has no such stage.
    case unknownStage(field: String, name: String, nearest: String?)
    /// A number that cannot be.
    case outOfRange(field: String, name: String, value: Double, expected: String)
    /// Nobody says how much use a stage will have of what a metric is counted in.
    case missingTraffic(stage: String, unit: ExposureUnit)
    /// The plan is one that nobody could submit.
    case planObjection(String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .unknownMetric: "rehearsal_unknown_metric"
        case .unknownStage: "rehearsal_unknown_stage"
        case .outOfRange: "rehearsal_out_of_range"
        case .missingTraffic: "rehearsal_missing_traffic"
        case .planObjection: "rehearsal_plan_objection"
        }
    }
}

extension RehearsalFault: CustomStringConvertible {
    /// What is wrong and what to do, for people.
    public var description: String {
        switch self {
        case .unknownMetric(let field, let name, let nearest):
            "\(field): the plan has no metric \(name); \(Self.hint(nearest))"
        case .unknownStage(let field, let name, let nearest):
            "\(field): the plan has no stage \(name); \(Self.hint(nearest))"
        case .outOfRange(let field, let name, let value, let expected):
            "\(field): \(name.isEmpty ? "" : "\(name) ")is \(value); expected \(expected)"
        case .missingTraffic(let stage, let unit):
            "traffic: nobody says how many \(unit.rawValue) \(stage) will have a day; say it, in the plan or here"
        case .planObjection(let finding): "The plan could not be submitted: \(finding)"
        }
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { "did you mean \($0)?" } ?? "look at the plan's names"
    }
}

/// Everything that keeps a rehearsal from being held, at once.
public struct RehearsalFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public let faults: [RehearsalFault]

    /// One fault a line.
    public var description: String { self.faults.map(\.description).joined(separator: "\n") }
}

/// The nearest of some words, by the number of letters to change.
enum Spelling {
    /// The known word that was probably meant, if one is near enough to be worth saying.
    static func nearest(to word: String, among known: [String]) -> String? {
        let best = known.map { (word: $0, distance: Self.distance(word, $0)) }.min { $0.distance < $1.distance }
        guard let best, best.distance <= max(2, word.count / 3) else { return nil }
        return best.word
    }

    /// Levenshtein's distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var row = Array(0...right.count)
        for i in left.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let cost = left[i] == right[j] ? diagonal : diagonal + 1
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
