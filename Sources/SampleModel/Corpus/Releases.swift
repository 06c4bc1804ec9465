extension Corpus {
    /// Prose about letting a model out into the world step by step.
    static let releases = """
        A model is released in stages for the same reason that a lock is filled in stages. You open a little, you
        wait, you look, and then you decide. What you learn from the first stage is the reason for the second.

        At the first stage a model is used by few people in few applications. They know that it is new, and they know
        whom to call. At the second stage there are more people, and among them are some who use the model in ways
        that nobody thought of. That is not a nuisance. That is what the stage is for.

        A stage that saw a hundred requests cannot tell you about a harm that comes once in ten thousand. It can only
        tell you that the harm does not come once in ten. Before a stage begins, somebody should write down what the
        stage is able to see.

        To open further needs two people, and they should not be the same person twice. To stop needs one. A machine
        may close a gate by itself, and it may never open a gate that a person has closed.

        The weights of a model are like water that has left the lock. You cannot call them back. For this reason the
        weights come last, after the model has been used behind an interface for some time, and only when those who
        decide are able to say why the risk is small.

        Before a door is opened, somebody asks for evidence. Who looked at the model? What did they try? What could
        they not try, and why? A report that lists only what was found is half of a report. The other half is the
        list of what was not looked for.

        When something goes wrong, the first thing is to go back to the version that worked. The second thing is to
        write down what happened, while the people who saw it still remember. The third thing is to tell the others,
        because their model may well do the same.

        Nothing that was counted may be lost. If a request was admitted and its answer never came, it is still a
        request, and the book must say that its end is not known. An empty line in the book is not a good result. It
        is an empty line.

        A version has a name that never changes its meaning. If the model is trained again, it gets a new name. People
        who built something on the old version are told when it will go away, and they are told in time.

        Some people need more than others. A researcher who studies how a model fails needs to see its numbers, needs
        a version that stays the same, and needs to know that nobody reads along. Such rights are given for a reason,
        for a time, and to a person with a name.

        It is not fair when only friends are let in early. If there are few places, then the rule for the places
        should be public, and anybody should be able to check that the rule was kept. A lottery that can be computed
        again by everybody is better than a list that was made in a room.

        Another town may open its gates before you do. Then your closed gate protects nobody, and it may still be
        right to keep it closed for a while. It is better to say beforehand what you intend to do, to hear what the
        others answer, and to write both of them in the book.

        Holding back has a cost as well. A tool that helps people helps nobody while it lies in the cupboard. Those
        who hold the key should say for how long, and what would have to be true for the door to be opened.

        The record of what was decided is kept in such a way that nobody can change it quietly. Each entry is tied to
        the entry before it, as each plank of a wall rests on the plank below. Anybody may check the wall. You do not
        have to trust the keeper, although he is an honest man.

        No page in the book says that the model is safe. It says what was tried, how often, by whom, and what was
        seen. It says within which bound the harm lies, and until which day that holds. The reader may then decide
        how sure he wants to be.

        A small model like this one knows nothing. It has read a few pages about water and boats, it has counted
        which word follows which, and now it says them again in another order. Whoever reads its answers should not
        look for sense in them. It is here so that the gates can be tried before the real water comes.
        """
}
