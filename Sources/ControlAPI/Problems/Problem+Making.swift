import AccessPolicy
import Signals
import StageControl
import Store
import StrictJSON

// The one place where faults of below become answers: every switch is exhaustive, so a new case cannot be forgotten.

extension Problem {
    /// What a caller is told of any error. An error that nobody foresaw tells nothing but that it happened.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as AccessPolicy.Refusal: self.init(refusal)
        case let fault as JSONFault: self.init(fault)
        case let fault as JSONCodingFault: self.init(fault)
        case let fault as LogFault: self.init(fault)
        case let fault as StoreFault: self.init(fault)
        case let fault as EvidenceFault: self.init(fault)
        case let fault as ControlFault: self.init(fault)
        case let refusal as RolloutRefusal: self.init(refusal)
        case let fault as HeartbeatFault: self.init(fault)
        case let faults as PlanFaults: self.init(faults)
        case let faults as ReportFaults: self.init(faults)
        case let refusal as ReportRefusal: self.init(refusal)
        case let faults as DocumentFaults: self.init(faults)
        case let fault as ObservationFault: self = .internalError("\(fault)")
        default: self = .internalError(String(describing: error))
        }
    }

    static func internalError(_ logged: String) -> Problem {
        Problem(
            500, "internal_error", "Something failed here",
            "The fault is ours and is logged under the request id; what the request did is not known.", logged: logged)
    }

    private init(_ refusal: AccessPolicy.Refusal) {
        let (status, title): (Int, String) =
            switch refusal.code {
            case .notFound: (404, "Not found")
            case .alreadyExists: (409, "It exists already")
            case .invalidField: (422, "A field is not acceptable")
            case .notPermitted: (403, "Not permitted")
            case .secondPersonNeeded: (403, "A second person is needed")
            case .proposalDiffers: (409, "The proposal is another")
            case .proposalLapsed: (409, "The proposal has lapsed")
            case .nothingToDo: (409, "Nothing to do")
            }
        self.init(status, refusal.code.rawValue, title, Self.sentence(refusal.message), field: refusal.field)
    }

    private init(_ refusal: RolloutRefusal) {
        let status =
            switch refusal {
            case .roleMissing, .ownWork, .dismissed: 403
            case .reasonMissing, .reasonTooLong, .planObjection: 422
            case .wrongPhase, .otherPlan, .otherEvidence, .alreadySigned, .notSigned, .samePlan, .coolingDown,
                .errorBudgetSpent, .alreadyRemoved, .notRemoved:
                409
            }
        self.init(status, refusal.code, "The rollout's rules say no", refusal.description)
    }

    private init(_ fault: HeartbeatFault) {
        switch fault {
        case .notConducted:
            self = .notFound(detail: fault.description, field: "id")
        case .unknownControl:
            self.init(422, "unknown_control", "The plan names another control", fault.description, field: "control")
        case .fromFuture:
            self.init(422, "heartbeat_from_future", "The heartbeat is from the future", fault.description, field: "at")
        }
    }

    private init(_ faults: PlanFaults) {
        self.init(
            422, "invalid_plan", "The plan cannot be read", faults.faults.map(\.description).joined(separator: "; "),
            field: faults.faults.first?.path.description)
    }

    private init(_ refusal: ReportRefusal) {
        switch refusal {
        case .notConducted: self = .notFound(detail: Self.sentence(refusal.description), field: "rollout")
        case .unknownRequest: self = .notFound(detail: Self.sentence(refusal.description), field: "request")
        }
    }

    private init(_ faults: ReportFaults) {
        for case .requestPending(let request) in faults.faults {
            self = .requestPending(request)
            return
        }
        self.init(
            422, "invalid_report", "The report cannot be taken in",
            faults.faults.map(\.description).joined(separator: "; "))
    }

    private init(_ faults: DocumentFaults) {
        self.init(
            422, "invalid_report", "The report cannot be read",
            faults.faults.map(\.description).joined(separator: "; "))
    }

    private init(_ fault: JSONFault) {
        self.init(400, "invalid_json", "The body is not JSON", Self.sentence(fault.description))
    }

    private init(_ fault: JSONCodingFault) {
        let title =
            switch fault.code {
            case .missingKey: "A field is missing"
            case .unknownKey: "A field is not known"
            case .wrongType: "A field has the wrong type"
            case .invalidValue: "A field is not acceptable"
            }
        self.init(
            422, fault.code.rawValue, title, Self.sentence(fault.description),
            field: fault.path.isEmpty ? nil : fault.path)
    }

    private init(_ fault: LogFault) {
        switch fault {
        case .entryEmpty, .entryTooLarge:
            self.init(
                422, "entry_too_large", "The command is too large",
                "A decision must fit into 65,535 bytes; put larger things in by their SHA-256.")
        case .outOfRange(let index, let size):
            self.init(404, "not_found", "Not found", "There is no entry \(index); the log has \(size).", field: "index")
        case .conflict:
            self = .contended(fault.description)
        case .overloaded, .closed, .unavailable, .inUse, .foreign, .corrupt, .missing:
            self.init(
                503, "audit_unavailable", "Nothing can be recorded",
                "The log does not work at this moment, and what cannot be recorded is not done. Try again later.",
                logged: fault.description)
        }
    }

    private init(_ fault: StoreFault) {
        switch fault {
        case .unavailable, .newerFormat, .foreign, .damaged, .outOfStep:
            self.init(
                503, "store_unavailable", "The database does not answer", "Try again later.",
                logged: fault.description)
        }
    }

    private init(_ fault: EvidenceFault) {
        switch fault {
        case .empty: self = .invalidParameter("body", "the file's bytes, at least one")
        case .tooLarge: self = .bodyTooLarge(EvidenceFiles.maximumBytes)
        case .otherDigest:
            self.init(422, "evidence_digest_differs", "The file is another", fault.description, field: "id")
        case .damaged:
            self.init(
                503, "evidence_file_damaged", "The file is damaged", fault.description, field: "id",
                logged: fault.description)
        case .unavailable:
            self.init(
                503, "evidence_unavailable", "The file cannot be kept or read", "Try again later.",
                logged: fault.description)
        }
    }

    private init(_ fault: ControlFault) {
        switch fault {
        case .unreadableEntry: self = .internalError(fault.description)
        case .contended: self = .contended(fault.description)
        }
    }

    private static func contended(_ logged: String) -> Problem {
        Problem(
            503, "contended", "Others were faster", "Nothing was recorded; send the command again.", logged: logged)
    }

    /// A reason as a sentence: a capital at the beginning, a full stop at the end.
    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        let isName = text.prefix { $0 != " " }.contains { ".:[_".contains($0) }
        let begun = isName ? text : first.uppercased() + text.dropFirst()
        return begun.hasSuffix(".") ? begun : begun + "."
    }
}
