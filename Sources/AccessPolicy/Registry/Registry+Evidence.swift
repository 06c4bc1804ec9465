import HashTreeCollections
public import ReleaseModel
public import StageControl

extension Registry {
    /// The most pieces of evidence that count for one version at a time; withdrawn ones do not.
    public static let maximumEvidence = 1_000

    /// All evidence about a version, withdrawn and refused pieces too, in the order in which it was attached.
    public func evidence(of version: VersionID) -> [Evidence] {
        (self.evidenceByVersion[version] ?? []).compactMap { self.evidence[$0] }
    }

    /// What gates of a plan see of the evidence about its candidate, at a moment.
    public func evidence(for plan: ReleasePlan.Spec, at now: Timestamp) -> [EvidenceStatus] {
        guard let candidate = self.version(named: plan.candidate) else { return [] }
        return plan.evidence(among: self.evidence(of: candidate.id), at: now)
    }

    func attaching(
        _ attachment: AttachEvidence, by actor: Actor, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        let person = try Self.person(actor)
        let version = try found(self.versions[attachment.version], "version", "version")
        if let subject = attachment.subject, !version.digests.contains(subject) {
            throw Refusal(
                .invalidField, field: "subject",
                "\(version.name) has no digest \(subject); evidence about another build does not count for it")
        }
        for (field, text) in [
            ("method", attachment.method), ("issuer", attachment.issuer), ("limits", attachment.limits),
        ] {
            try checkText(text, field: field)
        }
        guard attachment.madeAt <= now else {
            throw Refusal(.invalidField, field: "made_at", "a moment that has been")
        }
        guard attachment.validUntil > now else {
            throw Refusal(.invalidField, field: "valid_until", "a moment to come; what has lapsed shows nothing")
        }
        let pieces = self.evidence(of: version.id).filter { $0.withdrawal == nil }
        guard pieces.count < Self.maximumEvidence else {
            throw Refusal(
                .invalidField, field: "version",
                "\(version.name) has \(Self.maximumEvidence) pieces of evidence; withdraw what does not count any more")
        }
        if let same = pieces.first(where: { $0.kind == attachment.kind && $0.file == attachment.file }),
            same.state(at: now).isLive
        {
            throw Refusal(.alreadyExists, field: "file", "\(same.id) is this file, as \(same.kind) of \(version.name)")
        }
        return .evidenceAttached(
            Evidence(
                id: EvidenceID(at: now, using: &generator), version: version.id, subject: attachment.subject,
                kind: attachment.kind, file: attachment.file, method: attachment.method, issuer: attachment.issuer,
                limits: attachment.limits, madeAt: attachment.madeAt, validUntil: attachment.validUntil, by: person,
                attached: now))
    }

    /// What somebody found, if they may say it: they are not the attacher, and it is not said twice.
    func judging(
        _ review: ReviewEvidence, as verdict: Evidence.Review.Verdict, by actor: Actor, at now: Timestamp
    ) throws(Refusal) -> ControlEvent {
        let evidence = try found(self.evidence[review.evidence], "evidence", "evidence")
        guard try Self.person(actor) != evidence.by else {
            throw Refusal(.secondPersonNeeded, field: "by", "whoever attached it does not judge it; ask another person")
        }
        try checkText(review.reasons, field: "reasons")
        guard review.file == evidence.file else {
            throw Refusal(
                .invalidField, field: "file", "the evidence is the file \(evidence.file); look at that one")
        }
        switch evidence.state(at: now) {
        case .submitted: return verdict == .accepted ? .evidenceAccepted(review) : .evidenceRefused(review)
        case .accepted, .refused:
            throw Refusal(
                .nothingToDo, field: "evidence", "it was judged before; withdraw it, or attach another piece")
        case .withdrawn: throw Refusal(.nothingToDo, field: "evidence", "it was withdrawn; attach another piece")
        case .expired: throw Refusal(.nothingToDo, field: "evidence", "its time is over; attach another piece")
        }
    }

    func withdrawing(_ withdrawal: WithdrawEvidence) throws(Refusal) -> ControlEvent {
        let evidence = try found(self.evidence[withdrawal.evidence], "evidence", "evidence")
        try checkText(withdrawal.reason, field: "reason")
        guard evidence.withdrawal == nil else {
            throw Refusal(.nothingToDo, field: "evidence", "it was withdrawn before")
        }
        return .evidenceWithdrawn(withdrawal)
    }

    private static func person(_ actor: Actor) throws(Refusal) -> PersonID {
        guard case .person(let person) = actor else {
            throw Refusal(.notPermitted, field: "by", "evidence is attached and judged by people")
        }
        return person
    }

    // MARK: Folding

    mutating func attach(_ evidence: Evidence) {
        self.evidence[evidence.id] = evidence
        self.evidenceByVersion[evidence.version, default: []].append(evidence.id)
    }

    mutating func judge(_ review: ReviewEvidence, as verdict: Evidence.Review.Verdict, in entry: ControlEntry) {
        guard case .person(let person) = entry.by else { return }
        self.evidence[review.evidence]?.review = Evidence.Review(
            verdict: verdict, by: person, at: entry.at, reasons: review.reasons)
    }

    mutating func withdraw(_ withdrawal: WithdrawEvidence, in entry: ControlEntry) {
        guard case .person(let person) = entry.by else { return }
        self.evidence[withdrawal.evidence]?.withdrawal = Evidence.Withdrawal(
            by: person, at: entry.at, reason: withdrawal.reason)
    }
}
