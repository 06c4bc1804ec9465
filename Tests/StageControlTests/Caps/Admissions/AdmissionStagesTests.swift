import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("From stage to stage, caps")
struct AdmissionStagesTests {
    private typealias World = AdmissionWorld

    @Test("keep everybody in, count them in the wider stage, and begin its weeks anew")
    func advance() throws {
        var world = try World((nil, 3, 1), (nil, 6, 2))
        for number in 0..<3 { _ = try world.admit(Sample.account(number)) }
        try world.open(1, at: World.week(0.5))
        #expect(try world.isIn(Sample.account(0)))
        // The line goes over in its order and takes the first invitations.
        world.invite(at: World.week(0.5))
        #expect(try world.isIn(Sample.account(1)) && world.isIn(Sample.account(2)))
        let answers = try (3..<7).map { try world.admit(Sample.account($0), at: World.week(0.6)) }
        #expect(
            answers == [
                .queued(LinePlace(place: 1, due: World.week(1.5))), .queued(LinePlace(place: 2, due: World.week(1.5))),
                .queued(LinePlace(place: 3, due: World.week(2.5))), .refused([.people(max: 6)]),
            ])
    }

    @Test("after a step back keep those in who had a place by then, and the places of the others for later")
    func stepBack() throws {
        var world = try World((nil, 2, nil), (nil, 4, nil))
        #expect(try world.admit(Sample.account(0)) == .admitted)
        try world.open(1)
        for number in 1..<4 { #expect(try world.admit(Sample.account(number)) == .admitted) }
        try world.open(0)
        #expect(try (0..<5).map { try world.isIn(Sample.account($0)) } == [true, false, false, false, false])
        // One place is free in the narrow stage, none in the wide one: it is for one of those who were in.
        #expect(try world.admit(Sample.account(4)) == .refused([.people(max: 4)]))
        #expect(try world.admit(Sample.account(3)) == .admitted)
        #expect(try world.admit(Sample.account(1)) == .refused([.people(max: 2)]))
        try world.open(1)
        #expect(try (0..<5).map { try world.isIn(Sample.account($0)) } == [true, true, true, true, false])
        #expect(world.replayed == world.state)
    }

    @Test("are closed for everybody when nothing is open, and give everybody back their place afterwards")
    func closed() throws {
        var world = try World((nil, 2, nil))
        for number in 0..<2 { _ = try world.admit(Sample.account(number)) }
        try world.open(nil)
        #expect(try !world.isIn(Sample.account(0)))
        #expect(try world.admit(Sample.account(0)) == .refused([.cohortNotOpen]))
        try world.open(0)
        #expect(try world.isIn(Sample.account(0)) && world.isIn(Sample.account(1)))
        #expect(try world.admit(Sample.account(2)) == .refused([.people(max: 2)]))
    }

    @Test("do not give a stage that opens again its weeks anew")
    func reopened() throws {
        var world = try World((nil, nil, 1))
        #expect(try world.admit(Sample.account(0)) == .admitted)
        try world.open(nil, at: World.week(0.2))
        try world.open(0, at: World.week(0.4))
        #expect(
            try world.admit(Sample.account(1), at: World.week(0.4))
                == .queued(LinePlace(place: 1, due: World.week(1))))
    }

    @Test("of one cohort are not those of another under another stage")
    func cohorts() throws {
        let (a, b) = (try Sample.name("a"), try Sample.name("b"))
        var world = World(
            try World.spec(
                [
                    StageAudience(cohorts: [a], people: .init(max: 1)),
                    StageAudience(cohorts: [b], people: .init(max: 2)),
                ], unit: .account))
        try world.open(1)
        #expect(try world.admit(Sample.account(0), of: a) == .admitted)
        #expect(try world.admit(Sample.account(1), of: a) == .refused([.people(max: 1)]))
        for number in 1..<3 { #expect(try world.admit(Sample.account(number), of: b) == .admitted) }
        #expect(try world.admit(Sample.account(3), of: b) == .refused([.people(max: 2)]))
        // Who comes to belong to another cohort needs a place there, and takes the old one along.
        #expect(try !world.isIn(Sample.account(0), of: b))
        #expect(try world.admit(Sample.account(0), of: b) == .refused([.people(max: 2)]))
        #expect(try world.counts(0).people == 1 && world.counts(1).people == 2)
    }
}
