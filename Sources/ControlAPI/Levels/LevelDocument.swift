import AccessPolicy
import Gradient
import ReleaseModel
import StageControl
import StrictJSON

/// The level of a version as documents have it: derived anew from the log whenever somebody asks.
enum LevelDocument {
    /// What a change of level came of; never renamed.
    enum Cause: String, CaseIterable, Hashable, Sendable {
        case grant, stage, copies, component, enrolment, withheld
        case openScience = "open_science"
    }

    /// `level`, and with `history` also `levels`: every change until now, with its date and what it came of.
    static func members(
        of version: Version, in registry: Registry, _ book: RolloutBook, at now: Timestamp, history: Bool
    ) -> [String: JSONValue] {
        let gradient = Gradient(facts: ReleaseFacts(of: version, in: registry, book))
        var members: [String: JSONValue] = ["level": .string(gradient.level(at: now).word)]
        if history { members["levels"] = .array(gradient.history(until: now).map(Self.value(of:))) }
        return members
    }

    private static func value(of change: LevelChange) -> JSONValue {
        [
            "at": .integer(change.at.milliseconds), "from": .string(change.from.word), "to": .string(change.to.word),
            "because": .array(change.because.map(Self.value(of:))),
        ]
    }

    private static func value(of reason: Reason) -> JSONValue {
        let (cause, id, stage): (Cause, String?, Name?) =
            switch reason {
            case .grant(let id): (.grant, id.description, nil)
            case .stage(let id, let stage): (.stage, id.description, stage)
            case .copies(let id): (.copies, id.description, nil)
            case .component(let id): (.component, id.description, nil)
            case .enrolment: (.enrolment, nil, nil)
            case .openScience(let id): (.openScience, id.description, nil)
            case .withheld(let id): (.withheld, id.description, nil)
            }
        var members: [String: JSONValue] = ["kind": .string(cause.rawValue)]
        members["id"] = id.map { .string($0) }
        members["stage"] = stage.map { .string($0.text) }
        return .object(members)
    }
}
