/// What makes a plan a good one, as a list of rules.
///
/// They come from the EU's code of practice for general-purpose AI (six practices of staged release), from what critics
/// of staged release miss in it, from the statistics that the rules of a stage rest on, and from Sluice's own: to open
/// takes people, to close takes none.
public enum PlanLint {
    /// Every rule, in the order in which findings are listed.
    public static let rules: [LintRule] =
        LintRule.ofExposure + LintRule.ofCohorts + LintRule.ofCriteria + LintRule.ofMetrics + LintRule.ofBudgets
        + LintRule.ofFeasibility + LintRule.ofTime + LintRule.ofPeople + LintRule.ofRollback

    /// Everything that the rules find in a plan, at once.
    ///
    /// - Parameter source: the document that the plan was read from, if findings are to name its lines.
    public static func findings(in plan: ReleasePlan, source: PlanSource? = nil) -> [LintFinding] {
        self.rules.flatMap { rule in
            var objections = Objections()
            rule.check(plan.spec, &objections)
            return objections.all.map { path, reason in
                LintFinding(
                    rule: rule.name, severity: rule.severity, path: path, line: source?.line(of: path), reason: reason)
            }
        }
    }
}
