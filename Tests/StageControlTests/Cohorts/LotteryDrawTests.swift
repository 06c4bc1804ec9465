import Arms
import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A cohort's lottery")
struct LotteryDrawTests {
    private let seed: Seed
    private let cohort: Cohort

    init() throws {
        self.seed = try Sample.seed()
        self.cohort = try Self.cohort(places: 10, commitment: self.seed.commitment)
    }

    private static func cohort(places: Int, commitment: ContentDigest?) throws -> Cohort {
        Cohort(
            name: try Sample.name("drawn"), membership: .lottery(.init(places: places, seedCommitment: commitment)))
    }

    /// With common tools: for each ID, `printf 'lottery\0drawn\0ID' | openssl dgst -sha256 -mac HMAC -macopt
    /// hexkey:SEED`, then `sort`; and `LC_ALL=C sort LIST | sha256sum`. Here the seed is 0, 1, 2 … 31.
    @Test("is drawn as common tools draw it")
    func known() throws {
        let seed = try Seed(bytes: (0..<32).map { UInt8($0) })
        let cohort = try Self.cohort(places: 3, commitment: seed.commitment)
        let entrants = try LotteryEntrants(Sample.applications(0..<6))
        #expect(entrants.digest.description == Known.entrants)
        let draw = try LotteryDraw(cohort, among: entrants, seed: seed)
        #expect(draw.winners.map(\.description) == Known.winners)
    }

    @Test("can be drawn again by anybody who has the list and the revealed seed")
    func verifiable() throws {
        let entrants = try LotteryEntrants(Sample.applications(0..<200))
        let draw = try LotteryDraw(self.cohort, among: entrants, seed: self.seed)
        let revealed = try Seed(revealed: self.seed.revealedText, commitment: draw.commitment)
        try draw.verify(entrants: LotteryEntrants(Sample.applications(0..<200).reversed()), seed: revealed)
    }

    @Test(
        "draws as many as there are places, each once, from the list and in no order of the list", arguments: seeds(40))
    func winners(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let seed = try Seed(using: &generator)
        let listed = Sample.applications(0..<Int.random(in: 0...60, using: &generator))
        let places = Int.random(in: 1...70, using: &generator)
        let cohort = try Self.cohort(places: places, commitment: seed.commitment)
        let draw = try LotteryDraw(cohort, among: LotteryEntrants(listed), seed: seed)
        #expect(draw.winners.count == min(places, listed.count))
        #expect(Set(draw.winners).count == draw.winners.count && Set(draw.winners).isSubset(of: listed))
        let shuffled = try LotteryEntrants(listed.shuffled(using: &generator))
        #expect(try LotteryDraw(cohort, among: shuffled, seed: seed) == draw)
    }

    @Test("is refused with another seed than was committed to, before and after")
    func otherSeed() throws {
        let other = try Sample.seed(2)
        let entrants = try LotteryEntrants(Sample.applications(0..<50))
        let fault = LotteryDrawFault.seed(.otherSeed(committed: self.seed.commitment, found: other.commitment))
        #expect(throws: fault) { try LotteryDraw(self.cohort, among: entrants, seed: other) }
        let draw = try LotteryDraw(self.cohort, among: entrants, seed: self.seed)
        #expect(throws: fault) { try draw.verify(entrants: entrants, seed: other) }
        #expect(fault.code == "seed_does_not_match")
    }

    @Test("with a changed list, changed winners or changed places does not verify")
    func tampered() throws {
        let listed = Sample.applications(0..<50)
        let entrants = try LotteryEntrants(listed)
        let draw = try LotteryDraw(self.cohort, among: entrants, seed: self.seed)
        for other in [Array(listed.dropLast()), listed + [Sample.application(99)]] {
            let changed = try LotteryEntrants(other)
            #expect(throws: LotteryDrawFault.otherEntrants(published: entrants.digest, found: changed.digest)) {
                try draw.verify(entrants: changed, seed: self.seed)
            }
        }
        let loser = try #require(listed.first { !draw.winners.contains($0) })
        for winners in [draw.winners.reversed(), draw.winners.dropLast() + [loser], draw.winners + [loser]] {
            let forged = try Forged(draw, places: draw.places, winners: Array(winners)).draw
            #expect(throws: LotteryDrawFault.otherWinners(draw.cohort)) {
                try forged.verify(entrants: entrants, seed: self.seed)
            }
        }
        let wider = try Forged(draw, places: 11, winners: draw.winners).draw
        #expect(throws: LotteryDrawFault.otherWinners(draw.cohort)) {
            try wider.verify(entrants: entrants, seed: self.seed)
        }
    }

    @Test("lists nobody twice, and is of a cohort that is a lottery with a seed committed to")
    func faults() throws {
        let twice = Sample.application(3)
        #expect(throws: LotteryFault.listedTwice(twice.description)) {
            try LotteryEntrants(Sample.applications(0..<9) + [twice])
        }
        let entrants = try LotteryEntrants(Sample.applications(0..<9))
        let name = self.cohort.name
        #expect(throws: LotteryDrawFault.noCommitment(name)) {
            try LotteryDraw(try Self.cohort(places: 1, commitment: nil), among: entrants, seed: self.seed)
        }
        #expect(throws: LotteryDrawFault.noLottery(name)) {
            try LotteryDraw(Cohort(name: name, membership: .applications([])), among: entrants, seed: self.seed)
        }
    }

    @Test("lets the winners into the cohort, and nobody before it is drawn")
    func membership() throws {
        let spec = try Sample.spec([self.cohort], [try Sample.stage([self.cohort.name])])
        let draw = try LotteryDraw(
            self.cohort, among: LotteryEntrants(Sample.applications(0..<50)), seed: self.seed)
        let before = try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(self.seed))
        let after = try RolloutAudience(of: spec, bucketing: .hmacSHA256MulShift(self.seed), draws: [draw])
        for number in 0..<60 {
            let caller = Sample.caller(number)
            #expect(before.membership(of: caller) != .member(of: self.cohort.name))
            let isWinner = draw.winners.contains(caller.application)
            #expect((after.membership(of: caller) == .member(of: self.cohort.name)) == isWinner)
        }
    }

    @Test("is entered by those on the waiting list whom no cohort before it takes")
    func entering() throws {
        let (staff, everybody) = (try Sample.name("staff"), try Sample.name("everybody"))
        let cohorts = [
            Cohort(name: staff, membership: .applications(Sample.applications(0..<3))), self.cohort,
            Cohort(name: everybody, membership: .match(CohortMatch())),
        ]
        let audience = try RolloutAudience(
            of: Sample.spec(cohorts, [try Sample.stage([staff])]), bucketing: .hmacSHA256MulShift(self.seed))
        let entrants = try audience.entrants(of: self.cohort.name, among: (0..<8).map { Sample.caller($0) })
        #expect(entrants.applications == Sample.applications(3..<8))
        #expect(throws: RolloutAudienceFault.entrants(.listedTwice(Sample.application(4).description))) {
            try audience.entrants(of: self.cohort.name, among: [Sample.caller(4), Sample.caller(4)])
        }
    }
}

private enum Known {
    static let entrants = "sha256:050066e232861a0a8107dd2a4e666b5bac1f3fed76e1414bc719bc4aa5b2b06f"
    static let winners = [
        "app_0000000000000g000000000003",
        "app_0000000000000g000000000001",
        "app_0000000000000g000000000002",
    ]
}

/// A draw that says something else than came out, as somebody could publish it.
private struct Forged: Encodable {
    var cohort: Name
    var places: Int
    var commitment: ContentDigest
    var entrants: ContentDigest
    var winners: [ApplicationID]

    init(_ draw: LotteryDraw, places: Int, winners: [ApplicationID]) {
        self.cohort = draw.cohort
        self.places = places
        self.commitment = draw.commitment
        self.entrants = draw.entrants
        self.winners = winners
    }

    var draw: LotteryDraw {
        get throws { try JSONDecoder().decode(LotteryDraw.self, from: JSONEncoder().encode(self)) }
    }
}
