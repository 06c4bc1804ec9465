import Arms
import ReleaseModel
import SluiceTesting
import Testing

@Suite("A lottery")
struct LotteryTests {
    private func lottery(_ name: String = "trusted-testers", _ number: UInt64 = 1) throws -> Lottery {
        let seed = try seed(number)
        return try Lottery(try #require(Name(name)), seed: seed, commitment: seed.commitment)
    }

    @Test("is drawn in the order that HMAC-SHA256 of a common tool gives")
    func vectors() throws {
        for vector in try Vector.read("lotteries.json", as: Vector.Draw.self) {
            let seed = try Seed(revealed: vector.seed, commitment: vector.commitment)
            let name = try #require(Name(vector.name))
            let order = try Lottery(name, seed: seed, commitment: vector.commitment).order(vector.applicants)
            #expect(order.map(\.applicant) == vector.order.map(\.applicant))
            #expect(order.map(\.text) == vector.order.map(\.number))
        }
    }

    @Test("does not depend on the order of the list", arguments: seeds(20))
    func shuffled(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        let lottery = try lottery("stage", number)
        let applicants = applications(50, using: &generator)
        let order = try lottery.order(applicants)
        #expect(Set(order.map(\.applicant)) == Set(applicants))
        #expect(order.map(\.text) == order.map(\.text).sorted())
        #expect(try lottery.order(applicants.shuffled(using: &generator)) == order)
    }

    @Test("with more places draws the same and some more")
    func places() throws {
        var generator = SeededGenerator(seed: 5)
        let lottery = try lottery()
        let applicants = applications(20, using: &generator)
        let order = try lottery.order(applicants).map(\.applicant)
        for places in 0...25 { #expect(try lottery.draw(places, among: applicants) == Array(order.prefix(places))) }
        #expect(try lottery.draw(3, among: [ApplicationID]()).isEmpty)
        // Who withdraws makes room for the next and changes nothing for the others.
        #expect(
            try lottery.order(applicants.filter { $0 != order[4] }).map(\.applicant) == order.filter { $0 != order[4] })
    }

    @Test("under another name or another seed is another one")
    func independent() throws {
        var generator = SeededGenerator(seed: 6)
        let applicants = applications(50, using: &generator)
        let orders = try [lottery("one"), lottery("two"), lottery("one", 2)].map { try $0.order(applicants) }
        #expect(Set(orders.map { $0.map(\.applicant) }).count == 3)
    }

    @Test("refuses a seed that was not committed to")
    func mismatch() throws {
        let (committed, other) = (try seed(1), try seed(2))
        let name = try #require(Name("stage"))
        #expect(throws: SeedFault.otherSeed(committed: committed.commitment, found: other.commitment)) {
            try Lottery(name, seed: other, commitment: committed.commitment)
        }
    }

    @Test("refuses a list on which somebody stands twice, and a negative number of places")
    func faults() throws {
        var generator = SeededGenerator(seed: 7)
        let lottery = try lottery()
        let applicants = applications(10, using: &generator)
        let twice = applicants + [applicants[3]]
        #expect(throws: LotteryFault.listedTwice(applicants[3].description)) { try lottery.order(twice) }
        #expect(throws: LotteryFault.listedTwice(applicants[3].description)) { try lottery.draw(1, among: twice) }
        #expect(throws: LotteryFault.fewerThanNoPlaces(-1)) { try lottery.draw(-1, among: applicants) }
        #expect(LotteryFault.tooMany(1_000_001).code == "too_many_applicants")
    }

    /// 10 of 40 places, 2,000 times: each applicant wins 500 times, give or take five standard deviations.
    @Test("gives each applicant the same chance")
    func fair() throws {
        var generator = SeededGenerator(seed: 8)
        let applicants = applications(40, using: &generator)
        var wins: [ApplicationID: Int] = [:]
        let seed = try seed(8)
        for round in 0..<2_000 {
            let lottery = try Lottery(try #require(Name("round-\(round)")), seed: seed, commitment: seed.commitment)
            for winner in try lottery.draw(10, among: applicants) { wins[winner, default: 0] += 1 }
        }
        for applicant in applicants { #expect(abs((wins[applicant] ?? 0) - 500) < 97) }
    }
}
