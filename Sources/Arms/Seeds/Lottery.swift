public import ReleaseModel

/// A draw of places among applicants that anybody can recompute when the seed is revealed.
///
/// Each applicant's number is the HMAC-SHA256, under the seed, of these bytes: `lottery`, a zero, the lottery's name,
/// a zero, the applicant's identifier. Who has the smallest number comes first. So the order depends on the seed, the
/// name and who applied, and not on the order of the list; and two lotteries under one seed are drawn independently.
///
/// To recompute a number with common tools:
/// `printf 'lottery\0NAME\0ID' | openssl dgst -sha256 -mac HMAC -macopt hexkey:SEED`
///
/// It shows that the seed was not chosen to suit the list. It does not show who was kept off the list: publish the
/// list before the seed.
public struct Lottery: Sendable {
    /// The most applicants of one draw.
    public static let maximumApplicants = 1_000_000

    /// What tells this lottery from others under the same seed, such as the name of the stage.
    public let name: Name
    private let seed: Seed

    /// A lottery under a seed that was committed to; another seed is refused.
    public init(_ name: Name, seed: Seed, commitment: ContentDigest) throws(SeedFault) {
        try seed.verify(commitment)
        self.name = name
        self.seed = seed
    }

    /// All applicants in the order in which they get places, with their numbers.
    public func order<Kind>(_ applicants: [Identifier<Kind>]) throws(LotteryFault) -> [LotteryTicket<Kind>] {
        guard applicants.count <= Self.maximumApplicants else { throw .tooMany(applicants.count) }
        let tickets = applicants.map { LotteryTicket(applicant: $0, number: self.number(of: $0.description)) }.sorted()
        for (one, next) in zip(tickets, tickets.dropFirst()) where one.applicant == next.applicant {
            throw .listedTwice(one.applicant.description)
        }
        return tickets
    }

    /// Who gets one of so many places, first to last; everybody where there are places enough.
    public func draw<Kind>(
        _ places: Int, among applicants: [Identifier<Kind>]
    ) throws(LotteryFault) -> [Identifier<Kind>] {
        guard places >= 0 else { throw .fewerThanNoPlaces(places) }
        return try self.order(applicants).prefix(places).map(\.applicant)
    }

    private func number(of applicant: String) -> [UInt8] {
        Array(self.seed.code(of: Array("lottery\0\(self.name)\0\(applicant)".utf8).span))
    }
}

/// An applicant with the number that was drawn.
public struct LotteryTicket<Kind: IdentifierKind>: Hashable, Comparable, Sendable {
    /// Who applied.
    public let applicant: Identifier<Kind>
    private let number: [UInt8]

    init(applicant: Identifier<Kind>, number: [UInt8]) {
        self.applicant = applicant
        self.number = number
    }

    /// The number as 64 small hexadecimal letters; sorted as text they are in order.
    public var text: String { Hexadecimal.encode(self.number) }

    /// Orders by number. Equal numbers, which nobody has ever seen, are ordered by age of the applicant.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.number == rhs.number
            ? lhs.applicant < rhs.applicant : lhs.number.lexicographicallyPrecedes(rhs.number)
    }
}

/// Why nothing was drawn.
public enum LotteryFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// An applicant stands on the list twice, which would look like two chances.
    case listedTwice(String)
    /// The number of places is negative.
    case fewerThanNoPlaces(Int)
    /// The list is longer than ``Lottery/maximumApplicants``.
    case tooMany(Int)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .listedTwice: "applicant_listed_twice"
        case .fewerThanNoPlaces: "places_below_zero"
        case .tooMany: "too_many_applicants"
        }
    }

    /// What was found and what to do.
    public var description: String {
        switch self {
        case .listedTwice(let applicant): "\(applicant) is listed twice; list each applicant once"
        case .fewerThanNoPlaces(let places): "\(places) places cannot be drawn; give a number from 0 up"
        case .tooMany(let count): "\(count) applicants are more than \(Lottery.maximumApplicants); draw in groups"
        }
    }
}
