import SequentialTests
import Testing

/// Values of independent implementations; `Vectors/README.md` says which, and how near they are met.
@Suite("Reference values of mixtures and bounds")
struct VectorTests {
    @Test("of the Beta e-process are met", arguments: ["beta-e-process", "beta-e-process-extremes"])
    func betaEProcess(name: String) throws {
        try Vectors(name).expectAgreement(name == "beta-e-process" ? .logarithm : .wholeLogarithm) { one in
            let side = try #require(Side(rawValue: one.text("side")))
            let prior = try BetaPrior(a: one.number("a"), b: one.number("b"))
            let process = try BetaEProcess(side, bound: one.number("bound"), prior: prior)
            return [try process.logEvidence(events: one.count("events"), trials: one.count("trials"))]
        }
    }

    @Test("of the Gamma e-process are met", arguments: ["gamma-e-process", "gamma-e-process-extremes"])
    func gammaEProcess(name: String) throws {
        try Vectors(name).expectAgreement(name == "gamma-e-process" ? .logarithm : .wholeLogarithm) { one in
            let side = try #require(Side(rawValue: one.text("side")))
            let prior = try GammaPrior(a: one.number("a"), b: one.number("b"))
            let process = try GammaEProcess(side, bound: one.number("bound"), prior: prior)
            return [try process.logEvidence(events: one.count("events"), exposure: one.number("exposure"))]
        }
    }

    @Test("of upper bounds by a fixed Beta prior are met")
    func betaUpperBound() throws {
        try Vectors("beta-upper-bound").expectAgreement { one in
            let prior = try BetaPrior(a: one.number("a"), b: one.number("b"))
            return [
                try BetaConfidenceSequence(.fixed(prior)).upper(
                    events: one.count("events"), trials: one.count("trials"), errorRate: one.number("error_rate"))
            ]
        }
    }

    @Test("of the beta-binomial mixture are met, above and below")
    func betaBinomialMixture() throws {
        try Vectors("beta-binomial-mixture").expectAgreement(.logarithm) { one in
            [try Self.betaBinomial(one).logMartingale(s: one.number("s"), v: one.number("v"))]
        }
    }

    @Test("of the beta-binomial mixture's bound are met")
    func betaBinomialBound() throws {
        try Vectors("beta-binomial-bound").expectAgreement { one in
            [try Self.betaBinomial(one).bound(v: one.number("v"), errorRate: one.number("error_rate"))]
        }
    }

    private static func betaBinomial(_ one: Vectors.Case) throws -> BetaBinomialMixture {
        try BetaBinomialMixture(
            g: one.number("g"), h: one.number("h"), tunedFor: one.number("tuned_for"),
            tunedErrorRate: one.number("tuned_error_rate"), isOneSided: one.flag("one_sided"))
    }

    @Test("of the two-sided confidence sequence of a rate are met")
    func bernoulliConfidenceSequence() throws {
        try Vectors("bernoulli-confidence-sequence").expectAgreement { one in
            let sequence = try BernoulliConfidenceSequence(
                tunedTrials: one.number("tuned_trials"), tunedErrorRate: one.number("tuned_error_rate"))
            let bounds = try sequence.interval(
                events: one.count("events"), trials: one.count("trials"), errorRate: one.number("error_rate"))
            return [bounds.lower, bounds.upper]
        }
    }

    @Test("of the gamma-Poisson mixture are met")
    func gammaPoissonMixture() throws {
        try Vectors("gamma-poisson-mixture").expectAgreement(.logarithm) { one in
            [try Self.gammaPoisson(one).logMartingale(s: one.number("s"), v: one.number("v"))]
        }
    }

    @Test("of the gamma-Poisson mixture's bound are met")
    func gammaPoissonBound() throws {
        try Vectors("gamma-poisson-bound").expectAgreement { one in
            [try Self.gammaPoisson(one).bound(v: one.number("v"), errorRate: one.number("error_rate"))]
        }
    }

    private static func gammaPoisson(_ one: Vectors.Case) throws -> GammaPoissonMixture {
        try GammaPoissonMixture(
            c: one.number("c"), tunedFor: one.number("tuned_for"), tunedErrorRate: one.number("tuned_error_rate"))
    }

    @Test("of the incomplete beta function and its complement are met")
    func incompleteBeta() throws {
        try Vectors("incomplete-beta").expectAgreement(.wholeLogarithm) { one in
            let (a, b, x) = (try one.number("a"), try one.number("b"), try one.number("x"))
            return [try IncompleteBeta.logLower(a: a, b: b, x: x), try IncompleteBeta.logUpper(a: a, b: b, x: x)]
        }
    }

    @Test("of the incomplete gamma functions are met")
    func incompleteGamma() throws {
        try Vectors("incomplete-gamma").expectAgreement(.wholeLogarithm) { one in
            let (a, z) = (try one.number("a"), try one.number("z"))
            return [try IncompleteGamma.logP(a: a, z: z), try IncompleteGamma.logQ(a: a, z: z)]
        }
    }

    @Test("of Clopper's and Pearson's intervals are met")
    func clopperPearsonInterval() throws {
        try Vectors("clopper-pearson-interval").expectAgreement { one in
            let bounds = try ClopperPearson.interval(
                events: one.count("events"), trials: one.count("trials"), errorRate: 1 - one.number("confidence"))
            return [bounds.lower, bounds.upper]
        }
    }

    @Test("of Clopper's and Pearson's upper bound are met")
    func clopperPearsonUpper() throws {
        try Vectors("clopper-pearson-upper").expectAgreement { one in
            [
                try ClopperPearson.upper(
                    events: one.count("events"), trials: one.count("trials"), errorRate: one.number("error_rate"))
            ]
        }
    }

    @Test("of Garwood's bounds are met")
    func garwood() throws {
        try Vectors("garwood").expectAgreement { one in
            let (events, exposure) = (try one.count("events"), try one.number("exposure"))
            let errorRate = try one.number("error_rate")
            return [
                try Garwood.lower(events: events, exposure: exposure, errorRate: errorRate),
                try Garwood.upper(events: events, exposure: exposure, errorRate: errorRate),
            ]
        }
    }
}
