import ReleaseModel

/// How a release goes back.
extension LintRule {
    static let ofRollback = [rollbackTarget, severityTarget, drill]

    static let rollbackTarget = LintRule(
        "rollback-target", .error, "A rollback leads to something that is there."
    ) { spec, objections in
        guard spec.baseline == nil else { return }
        let path = FieldPath.spec["rollback"]
        let advice = "is baseline, and the plan has none; name spec.baseline, or write closed"
        if spec.rollback.target == .baseline { objections.add(path["target"], advice) }
        for severity in Severity.allCases where spec.rollback.severityTarget[severity] == .baseline {
            objections.add(path["severityTarget"][severity.rawValue], advice)
        }
    }

    static let severityTarget = LintRule(
        "severity-target", .error, "A worse event leads back at least as far."
    ) { spec, objections in
        var (least, why) = (spec.rollback.target, "target")
        for severity in Severity.allCases {
            guard let target = spec.rollback.severityTarget[severity] else { continue }
            if target < least {
                objections.add(
                    .spec["rollback"]["severityTarget"][severity.rawValue],
                    "is \(target.rawValue), milder than \(why) (\(least.rawValue)); expected that or stricter")
            } else {
                (least, why) = (target, severity.rawValue)
            }
        }
    }

    static let drill = LintRule(
        "drill", .error,
        "A rollback is rehearsed at least each quarter, and faster than the gateways' leases run out (5 s)."
    ) { spec, objections in
        let (drill, path) = (spec.rollback.drill, FieldPath.spec["rollback"]["drill"])
        if drill.p99 == .zero || drill.p99 > TimeSpan(5, .second) {
            objections.add(
                path["p99"],
                "is \(drill.p99); expected more than 0s and at most 5s, after which a gateway closes by itself")
        }
        if drill.every == .zero || drill.every > TimeSpan(90, .day) {
            objections.add(path["every"], "is \(drill.every); expected more than 0s and at most 90d")
        }
    }
}
