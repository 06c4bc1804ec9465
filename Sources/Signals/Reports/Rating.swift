public import StrictJSON

extension Report {
    /// What somebody thought of an answer: from 0, a complaint, to 1.
    ///
    /// On wires it is `bad`, `good` or a number between; 0 is `bad`, and 1 is `good`.
    public struct Rating: Hashable, Sendable {
        /// The rating in millionths, which is as fine as ratings are.
        public let millionths: Int

        /// A complaint.
        public static let bad = Rating(millionths: 0)
        /// Nothing is left to wish for.
        public static let good = Rating(millionths: Self.most)
        private static let most = 1_000_000

        /// What a rating has to look like, for messages.
        public static let rule = "good, bad or a number from 0 to 1"

        private init(millionths: Int) { self.millionths = millionths }

        /// A rating from 0 to 1, rounded to millionths; nil for any other number.
        public init?(_ score: Double) {
            guard 0...1 ~= score else { return nil }
            self.millionths = Int((score * Double(Self.most)).rounded())
        }

        /// A rating as a text has it: `good`, `bad` or a number in decimals; nil for anything else.
        public init?(_ text: String) {
            switch text {
            case "good": self = .good
            case "bad": self = .bad
            default:
                guard let score = Double(text) else { return nil }
                self.init(score)
            }
        }

        /// A rating as wires have it; nil for anything else.
        public init?(_ json: JSONValue) {
            switch json.stringValue {
            case "good": self = .good
            case "bad": self = .bad
            case .some: return nil
            case nil:
                guard let score = json.doubleValue else { return nil }
                self.init(score)
            }
        }

        /// The rating as wires have it.
        public var json: JSONValue {
            switch self {
            case .good: "good"
            case .bad: "bad"
            default: .double(Double(self.millionths) / Double(Self.most))
            }
        }

        /// How far it is from the best: what a mean of dissatisfaction is taken of, in millionths.
        var dissatisfaction: Int { Self.most - self.millionths }
    }
}
