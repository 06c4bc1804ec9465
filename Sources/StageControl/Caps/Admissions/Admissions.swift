public import ReleaseModel

/// Whom a rollout has let in, how many that are, and who waits: the caps of its stages on applications, on people and
/// on invitations each week.
///
/// It is a fold of entries. The deciding half (``admit(_:of:at:)`` and the others) changes nothing and answers with
/// entries; once they are in the ledger, ``apply(_:)`` takes them in. The same entries give the same state after a
/// restart, in another process, in a rehearsal.
///
/// - **Places.** A ceiling counts who was ever let in. Who is put out keeps the place and gets it back when they are
///   restored, so a cap of 400 people cannot be walked through by 4,000, 400 at a time; no plan of this form can say
///   otherwise. Who is put out while waiting, and so never was in, leaves the place to others.
/// - **The line.** Where invitations are limited, those beyond this week's wait in the order in which they asked, and
///   nobody overtakes. Standing in it takes a place below the ceilings, so everybody in it is going to be invited;
///   whoever finds no place is refused at once. Weeks count from the first opening of the stage (``StagePeriods``).
///   Invitations that a week did not use are not added to the next.
/// - **What is invited** is what the plan divides: applications, or accounts. A plan that divides applications and caps
///   people counts both: the application is invited, and then each of its people takes a place. Under a cap on people
///   whoever names no account is refused.
/// - **Stages.** A place counts in the stage that gave it and in every later one that names the cohort. Advancing puts
///   nobody out, even under a smaller ceiling. After a step back those are in who had a place by the stage that is open
///   again or by one before it; the others keep their places for when their stage comes back, and no newcomer can
///   take these meanwhile.
public struct Admissions: Hashable, Sendable {
    /// One place and who has it.
    struct Member: Hashable, Sendable {
        var cohort: Name
        /// The stage that gave the place.
        var stage: Int
        /// Nil is in.
        var ticket: Int?
    }

    /// What one stage says, and how far it has come.
    struct Terms: Hashable, Sendable {
        let cohorts: Set<Name>
        let applications: Int?
        let people: Int?
        let invitations: Int?
        var tally = AdmissionTally()
        var line = AdmissionLine()
        /// Nil until the stage opens for the first time.
        var weeks: StagePeriods?
        var week = 0
        var invited = 0

        var isBounded: Bool { self.applications != nil || self.people != nil || self.invitations != nil }

        /// How many have been invited in the week of `now`. Time that goes back stands still.
        func invited(at now: Timestamp) -> Int { self.week(at: now) > self.week ? 0 : self.invited }

        func week(at now: Timestamp) -> Int { max(self.week, self.weeks?.number(at: now) ?? 0) }

        /// How many more may be invited now; nil is all.
        func room(at now: Timestamp) -> Int? { self.invitations.map { max(0, $0 - self.invited(at: now)) } }
    }

    let unit: PlanBucketing.Unit
    var stages: [Terms]
    /// The stage whose terms hold, for each cohort that is open.
    var homes: [Name: Int] = [:]
    var isFrozen = false
    var members: [AudienceUnit: Member] = [:]
    var removed: Set<AudienceUnit> = []
    var nextTicket = 0

    /// Nothing is open and nobody is in.
    public init(_ spec: ReleasePlan.Spec) {
        self.unit = spec.bucketing.unit
        self.stages = spec.stages.map { stage in
            Terms(
                cohorts: Set(stage.audience.cohorts), applications: stage.audience.applications?.max,
                people: stage.audience.people?.max, invitations: stage.audience.invitationsPerWeek)
        }
    }

    /// Whether a unit is in, as a member of a cohort. O(1); for every request.
    ///
    /// A unit that no longer belongs to the cohort that it was let in with stays in where the same stage opened both.
    public func isIn(_ unit: AudienceUnit, of cohort: Name) -> Bool {
        guard let home = self.homes[cohort], let asked = self.counted(unit, at: home), !self.isRemoved(unit) else {
            return false
        }
        return self.holders(for: asked).allSatisfy { self.member($0, at: home).map { $0.ticket == nil } ?? false }
    }

    /// Whether places of a cohort are counted at all: the stage whose terms hold for it has a ceiling or a line, or a
    /// later one has that names it, in which those who are in now keep their places. O(stages); for every request.
    public func counts(_ cohort: Name) -> Bool {
        guard let home = self.homes[cohort] else { return false }
        return self.stages[home...].contains { $0.isBounded && $0.cohorts.contains(cohort) }
    }

    /// Whether people have put a unit out: by itself, or with its application. O(1); for every request.
    public func isRemoved(_ unit: AudienceUnit) -> Bool {
        guard !self.removed.isEmpty else { return false }
        return self.removed.contains(unit) || self.removed.contains(AudienceUnit(unit.application))
    }

    /// Whether people have put anybody out.
    public var hasRemoved: Bool { !self.removed.isEmpty }

    /// Whom people have put out, in their order.
    public var removedUnits: [AudienceUnit] { self.removed.sorted() }

    /// When a stage opened for the first time; nil if it has not.
    public func firstOpening(ofStage stage: Int) -> Timestamp? {
        self.stages.indices.contains(stage) ? self.stages[stage].weeks?.opened : nil
    }

    /// Where a stage stands; nil for a place outside the plan.
    public func counts(ofStage stage: Int, at now: Timestamp) -> AdmissionCounts? {
        guard self.stages.indices.contains(stage) else { return nil }
        let terms = self.stages[stage]
        return AdmissionCounts(
            applications: terms.tally.applications, people: terms.tally.people, waiting: terms.line.count,
            invitedThisWeek: terms.invited(at: now))
    }
}

extension Admissions {
    /// As what a unit is counted in a stage; nil if that is an account and it is none.
    func counted(_ unit: AudienceUnit, at stage: Int) -> AudienceUnit? {
        guard self.unit == .account || self.stages[stage].people != nil else { return AudienceUnit(unit.application) }
        return unit.account == nil ? nil : unit
    }

    /// The units that must be in for a counted one to be in; the first is the one that is invited.
    func holders(for counted: AudienceUnit) -> [AudienceUnit] {
        self.unit == .account || counted.account == nil
            ? [counted] : [AudienceUnit(counted.application), counted]
    }

    /// The place that a unit has under the terms of a stage that is open.
    func member(_ unit: AudienceUnit, at stage: Int) -> Member? {
        guard let member = self.members[unit], self.isOpen(member, at: stage) else { return nil }
        return member
    }

    func isOpen(_ member: Member, at stage: Int) -> Bool {
        self.homes[member.cohort] == stage && member.stage <= stage
    }
}
