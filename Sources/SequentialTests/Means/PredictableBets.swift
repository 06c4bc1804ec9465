/// How much to stake on the next observation, told by those before it.
///
/// λ_t = √(2 ln(1/α) / (t ln(1 + t) σ̂²_{t−1})), with mean and variance regularised by one imagined observation of
/// mean ½ and variance ¼ (Waudby-Smith and Ramdas, *Estimating means of bounded random variables by betting*, 2024,
/// eq. 26). Any stake that is known before the observation leaves a bet fair; these make it grow.
package struct PredictableBets: Codable, Hashable, Sendable {
    /// Observations so far; a number that cannot overflow, whatever is read from outside.
    package private(set) var count = 0.0
    /// Their sum.
    private(set) var sum = 0.0
    /// The sum of squared distances, each from the mean that included its observation.
    private(set) var squares = 0.0

    /// Before the first observation.
    package init() {}

    /// The stake on the next observation, before any limit; positive and finite. `logInverseErrorRate` is ln(1/α).
    package func stake(logInverseErrorRate: Double) -> Double {
        let next = self.count + 1
        let variance = (0.25 + self.squares) / next
        return (2 * logInverseErrorRate / (next * .log(onePlus: next) * variance)).squareRoot()
    }

    /// Takes in an observation from 0 to 1.
    package mutating func observe(_ value: Double) {
        self.count += 1
        self.sum += value
        let mean = min(1, (0.5 + self.sum) / (self.count + 1))
        self.squares += (value - mean) * (value - mean)
    }
}

extension Double {
    /// Throws unless the number lies from 0 to 1.
    func requireUnitInterval(_ field: StaticString) throws(StatisticsFault) {
        guard self >= 0, self <= 1 else {
            throw .outOfRange(
                field: "\(field)", value: self, expected: "a number from 0 to 1; divide by the cap, and cut there")
        }
    }
}
