import Gradient
import StrictJSON

/// The level of a version and how it came to it, as lines for people.
enum LevelLines {
    /// How many causes of a change are told one by one.
    private static let mostCauses = 3

    /// The level now: `gradual or staged (2 of 6)`.
    static func now(_ document: JSONValue) -> String {
        document["level"]?.stringValue.map { word in
            Level(word: word).map { "\($0.name) (\($0.rawValue) of \(Level.allCases.count))" } ?? word
        } ?? ""
    }

    /// Every change with its date and what it came of, the earliest first.
    static func history(_ document: JSONValue) -> [String] {
        (document["levels"]?.arrayValue ?? []).map { change in
            let causes = (change["because"]?.arrayValue ?? []).map(Self.cause)
            let more = causes.count > Self.mostCauses ? ["\(causes.count - Self.mostCauses) more"] : []
            let told = (causes.prefix(Self.mostCauses) + more).joined(separator: ", ")
            return
                "\(change.moment("at"))  \(Self.name(change.text("from"))) to \(Self.name(change.text("to"))): \(told)"
        }
    }

    private static func name(_ word: String) -> String { Level(word: word)?.name ?? word }

    private static func cause(_ cause: JSONValue) -> String {
        let id = cause.text("id")
        return switch cause.text("kind") {
        case "stage": "the stage \(cause.text("stage")) of \(id)"
        case "copies": "copies of the weights by \(id)"
        case "enrolment": "enrolment"
        case "open_science": "all that it takes to make \(id) again"
        case "withheld": "\(id), which is closed"
        default: id
        }
    }
}
