public import Arms
public import ReleaseModel

/// Who won the places of a cohort: what is published after the draw, and what anybody can check once the seed is known.
public struct LotteryDraw: Codable, Hashable, Sendable {
    /// The cohort; its name is the lottery's.
    public let cohort: Name
    /// How many places there were.
    public let places: Int
    /// What the seed was committed to by, as the plan says.
    public let commitment: ContentDigest
    /// ``LotteryEntrants/digest`` of the list.
    public let entrants: ContentDigest
    /// Who won, in the order in which they were drawn; everybody where there were places enough.
    public let winners: [ApplicationID]

    /// Draws a cohort's places. O(n log n) in the number of entrants, one hash for each.
    ///
    /// The seed has to be the one that the plan committed to. The result follows from it, the cohort's name, the list
    /// and the number of places; the order in which people applied has no part in it.
    public init(_ cohort: Cohort, among entrants: LotteryEntrants, seed: Seed) throws(LotteryDrawFault) {
        guard case .lottery(let lottery) = cohort.membership else { throw .noLottery(cohort.name) }
        guard let commitment = lottery.seedCommitment else { throw .noCommitment(cohort.name) }
        self.cohort = cohort.name
        self.places = lottery.places
        self.commitment = commitment
        self.entrants = entrants.digest
        self.winners = try Self.winners(
            of: lottery.places, in: cohort.name, among: entrants, seed: seed, commitment: commitment)
    }

    /// Draws again, and passes if this is what comes out. For everybody, once the seed is revealed
    /// (``Arms/Seed/init(revealed:commitment:)``).
    public func verify(entrants: LotteryEntrants, seed: Seed) throws(LotteryDrawFault) {
        guard entrants.digest == self.entrants else {
            throw .otherEntrants(published: self.entrants, found: entrants.digest)
        }
        let winners = try Self.winners(
            of: self.places, in: self.cohort, among: entrants, seed: seed, commitment: self.commitment)
        guard winners == self.winners else { throw .otherWinners(self.cohort) }
    }

    private static func winners(
        of places: Int, in cohort: Name, among entrants: LotteryEntrants, seed: Seed, commitment: ContentDigest
    ) throws(LotteryDrawFault) -> [ApplicationID] {
        let lottery: Lottery
        do throws(SeedFault) {
            lottery = try Lottery(cohort, seed: seed, commitment: commitment)
        } catch { throw .seed(error) }
        do throws(LotteryFault) {
            return try lottery.draw(places, among: entrants.applications)
        } catch { throw .lottery(error) }
    }
}

/// Why a draw was not held, or is not what it says.
public enum LotteryDrawFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The plan tells the cohort's members by something else.
    case noLottery(Name)
    /// The plan does not say which seed it is to be drawn with.
    case noCommitment(Name)
    /// The seed is not the one that was committed to.
    case seed(SeedFault)
    /// The list or the number of places cannot be drawn from.
    case lottery(LotteryFault)
    /// The list is not the one that was published.
    case otherEntrants(published: ContentDigest, found: ContentDigest)
    /// The seed and the list give other winners.
    case otherWinners(Name)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .noLottery: "cohort_not_a_lottery"
        case .noCommitment: "lottery_not_committed"
        case .seed(let fault): fault.code
        case .lottery(let fault): fault.code
        case .otherEntrants: "entrants_do_not_match"
        case .otherWinners: "winners_do_not_match"
        }
    }

    /// What was found and what to do.
    public var description: String {
        switch self {
        case .noLottery(let cohort): "\(cohort) is not a lottery; draw only for cohorts that are"
        case .noCommitment(let cohort):
            "\(cohort) names no seed; put the SHA-256 of one into the plan before anybody applies"
        case .seed(let fault): fault.description
        case .lottery(let fault): fault.description
        case .otherEntrants(let published, let found):
            "the list that was drawn from is \(published), this one is \(found); take the list that was published"
        case .otherWinners(let cohort):
            "the seed and the list give other winners of \(cohort) than these; the published draw is wrong"
        }
    }
}
