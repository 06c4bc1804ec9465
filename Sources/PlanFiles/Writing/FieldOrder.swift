/// In which order the fields of an object are written: that in which plans are read and explained.
///
/// One list serves every object of a plan, since no two of them have the same fields in opposite orders. Names that
/// authors choose come behind, by the alphabet.
enum FieldOrder {
    static let names = [
        "apiVersion", "name", "kind", "version", "metadata", "spec", "labels", "model", "candidate", "baseline",
        "level", "owner", "revisionHistoryLimit", "progressDeadline", "errorBudget", "bucketing", "evaluation",
        // Error budgets, buckets and evaluation.
        "falseAdvance", "falseRollback", "restarts", "reserve", "schedule", "arl", "unit", "algorithm", "resolution",
        "places", "seedCommitment", "stickiness", "onUnitMissing", "interval", "watermarkLag", "days", "from", "to",
        "timeZone", "changeWindows",
        // Cohorts, traffic, metrics and stages.
        "type", "source", "intent", "population", "modality", "exposure", "entitlement", "organisation", "region",
        "use", "filterProfile", "audience", "cohorts", "applications", "match", "percentage", "lottery", "people",
        "invitationsPerWeek", "traffic", "atFullWeight", "metrics", "stages", "guards", "minExposure", "initialDelay",
        // A metric.
        "incidents", "gateway", "minSeverity", "attributable", "counter", "category", "histogram", "threshold", "mean",
        "cap", "influenceCap", "per", "events", "window", "reportingDelay", "p50", "p90", "every", "p99", "detection",
        "probeSet", "minRecall", "confidence", "rules", "advance", "rollback", "hold", "tripwire", "test", "versus",
        "bound", "weight", "where", "count", "harmBudget", "expectedPerStage", "cohortShift", "onNoData", "onError",
        "consecutiveErrorLimit", "after", "action", "escalateAfter", "escalateAction",
        // A stage.
        "setWeight", "caps", "requestsPerMinutePerApp", "tokensPerMinutePerApp", "concurrencyPerApp",
        "outputTokensPerRequest", "requestsPerDay", "components", "gates", "requiresApproval", "companions", "analysis",
        "control", "holdAfter", "evidence", "status", "maxAge", "carryOver", "strata", "dimension", "header", "quotas",
        "exposureBudget", "initial", "growth", "bake", "min", "max", "cover", "watch", "for", "drift",
        // Rollback and overrides.
        "overrides", "target", "severityTarget", "low", "medium", "high", "inFlight", "critical", "default",
        "drainTimeout", "coolDown", "maxAutomaticRollbacks", "drill", "riskIncreasing", "riskReducing", "approvers",
        "roles", "distinct", "reason", "expires", "boundToEvidence",
    ]

    private static let places = Dictionary(
        names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

    /// The members of an object in their order.
    static func sorted<Value>(_ members: [String: Value]) -> [(name: String, value: Value)] {
        members.map { (name: $0.key, value: $0.value) }.sorted { one, other in
            switch (self.places[one.name], self.places[other.name]) {
            case (let one?, let other?): one < other
            case (nil, nil): one.name < other.name
            case (let place, _): place != nil
            }
        }
    }
}
