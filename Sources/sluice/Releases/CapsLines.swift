import StrictJSON

/// What a rollout's caps have come to, a line each: places that are held, exposure that is used.
enum CapsLines {
    /// Places of the stages that are open, as far as a plan caps or queues them, and who was removed.
    static func places(_ rollout: JSONValue) -> [String] {
        let stages = (rollout["places"]?.arrayValue ?? []).compactMap { stage -> String? in
            let parts = [
                Self.part(stage, "applications", of: "most_applications"),
                Self.part(stage, "people", of: "most_people"),
                Self.part(stage, "invited_this_week", of: "invitations_per_week"),
            ].compactMap(\.self)
            let queued = stage["queued"]?.integerValue ?? 0
            guard !parts.isEmpty || queued > 0 else { return nil }
            return "\(stage.text("stage")): \((parts + ["\(queued) queued"]).joined(separator: ", "))"
        }
        return stages + (rollout["removed"]?.arrayValue?.compactMap(\.stringValue) ?? []).map { "removed: \($0)" }
    }

    private static func part(_ stage: JSONValue, _ name: String, of most: String) -> String? {
        guard let most = stage[most]?.integerValue else { return nil }
        return "\(stage[name]?.integerValue ?? 0) of \(most) \(name.replacing("_", with: " "))"
    }

    /// What of each budget is used, lent and left.
    static func exposure(_ rollout: JSONValue) -> [String] {
        (rollout["exposure"]?.arrayValue ?? []).map { budget in
            func count(_ name: String) -> Int64 { budget[name]?.integerValue ?? 0 }
            let lost = count("written_off")
            let what = budget["stage"].map { "a day of \($0.stringValue ?? "")" } ?? "the stage"
            return "\(what): \(count("budget")) requests, of which \(count("used")) are used"
                + (lost > 0 ? " (\(lost) of them written off after a crash)" : "")
                + ", \(count("lent")) lent and \(count("left")) left"
        }
    }
}
