public import StageControl

extension PlanTemplate {
    /// What kind of release it is for, in a sentence.
    public var summary: String {
        switch self {
        case .bySize:
            "Smaller versions first, each until reports on the one before are in (GPT-2, 2019)."
        case .weeklyInvitations:
            "As many as can be looked after, then a steady number each week, then all (DALL-E 2, 2022)."
        case .trustedCircleThenPublic:
            "Staff, a circle of vetted applications, then growing shares of the public (EU code of practice)."
        case .trustTiers:
            "One dangerous skill: a few defenders, more, whoever is verified, then all behind filters (2026)."
        }
    }

    /// What a file that is made from the template says about itself, above the fields that it is about.
    public var comments: [FieldPath: String] {
        var comments: [FieldPath: String] = [
            .document:
                "\(self.summary)\nFrom the template \(self.rawValue). Bounds, times and expected use are examples: "
                + "change them to what you know of your model, then run `sluice plan lint` on this file.",
            .spec["cohorts"]: "An application belongs to the first of these that it fits.",
            .spec["traffic"]: "What you expect each day. It decides nothing, and tells what can be decided in time.",
            .spec["stages"]: "Each adds to what is open; what it leaves out it takes over from the one before.",
        ]
        comments.merge(self.particulars) { own, _ in own }
        return comments
    }

    private var particulars: [FieldPath: String] {
        let (metrics, stages) = (FieldPath.spec["metrics"], FieldPath.spec["stages"])
        return switch self {
        case .bySize:
            [
                metrics[0]:
                    "Nobody can count what is done with weights: the way on is by reports, incidents only close.",
                stages[0]: "Partners use the full version behind an interface before any weights leave.",
                stages[1]: "The sizes are called after the candidate; change them to what yours are called.",
                .spec["rollback"]:
                    "Weights cannot be taken back: a rollback stops further downloads, and people decide.",
            ]
        case .weeklyInvitations:
            [
                .spec["bucketing"]: "People have buckets here, not applications.",
                metrics[0]: "What filters and people mark. How many of them are right, review tells.",
                metrics[1]: "What review confirmed, some days later.",
                stages[2]: "The same people, more of them: evidence goes on.",
            ]
        case .trustedCircleThenPublic:
            [
                stages[2]: "Who was not chosen may be another sort: people decide, and evidence begins anew.",
                stages[3]: "The same cohort, more of it: the rules go on by themselves, and evidence with them.",
            ]
        case .trustTiers:
            [
                metrics[1]: "Use outside of what the holder of a grant said that they own or may test.",
                stages[3]: "The same version behind other filters. It is the filters that are tested here.",
            ]
        }
    }
}

extension FieldPath {
    fileprivate static var spec: FieldPath { self.document["spec"] }
}
