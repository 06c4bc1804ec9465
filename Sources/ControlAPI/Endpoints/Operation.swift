/// What an endpoint does; the one list that routes, document and answers are made from.
enum Operation: Hashable, Sendable {
    case healthz, readyz, metrics, document
    case me
    case command
    case list(Collection)
    case item(Collection)
    case addRecord, readRecord, putRecord
    case proposePlan, rollouts, rollout, rolloutPlan, commandRollout, report, drill
    case request
    case heartbeat
    case putEvidenceFile, evidenceFile
    case explain
    case usage
    case entries(LogName)
    case proof(LogName)
    case checkpoint(LogName)
    case tile(LogName)

    /// The two logs.
    enum LogName: String, CaseIterable, Hashable, Sendable {
        case control, access
    }

    /// The name in the OpenAPI document and in metrics; never renamed.
    var id: String {
        switch self {
        case .healthz: "healthz"
        case .readyz: "readyz"
        case .metrics: "metrics"
        case .document: "openapi"
        case .me: "me"
        case .command: "command"
        case .list(let collection): "list_\(collection.rawValue)"
        case .item(let collection): "get_\(collection.rawValue)"
        case .addRecord: "add_person_record"
        case .readRecord: "get_person_record"
        case .putRecord: "put_person_record"
        case .proposePlan: "propose_plan"
        case .rollouts: "list_rollouts"
        case .rollout: "get_rollout"
        case .rolloutPlan: "get_rollout_plan"
        case .commandRollout: "command_rollout"
        case .report: "report"
        case .drill: "drill"
        case .request: "get_request"
        case .heartbeat: "heartbeat"
        case .putEvidenceFile: "put_evidence_file"
        case .evidenceFile: "get_evidence_file"
        case .explain: "explain_access"
        case .usage: "usage"
        case .entries(let log): "\(log.rawValue)_log_entries"
        case .proof(let log): "\(log.rawValue)_log_proof"
        case .checkpoint(let log): "\(log.rawValue)_log_checkpoint"
        case .tile(let log): "\(log.rawValue)_log_tile"
        }
    }
}
