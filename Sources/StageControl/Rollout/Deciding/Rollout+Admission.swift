public import ReleaseModel

extension Rollout {
    /// The most who are heard at once: their entry fits into the ledger however long their cohort's name is.
    public static let mostApplicants = 80

    /// Hears those who ask to be let in, and those whose turn has come; nil where that changes nothing.
    ///
    /// Places are given while something is open, and also while the machine holds: whoever is let in then is told that
    /// nobody new is (``Admissions``).
    public func hear(_ applicants: [Applicant], at now: Timestamp) -> RolloutEntry? {
        guard !self.enforcement.openings.isEmpty else { return nil }
        return self.admissions.hear(Array(applicants.prefix(Self.mostApplicants)), at: now)
            .map { RolloutEntry(at: now, by: .system, event: .admission($0)) }
    }
}
