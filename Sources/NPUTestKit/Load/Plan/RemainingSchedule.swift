/// The part of a schedule that is left when some of its requests were sent before.
///
/// A gap belongs to the request behind it and is left out with it, so that the rate holds from the first instant on:
/// the gaps of what remains are those that the whole schedule has before the same requests. It begins at offset zero.
struct RemainingSchedule: Sendable {
  private var schedule: ArrivalSchedule.Iterator
  private let done: IndexRanges
  private var index = 0
  private var offset = Duration.zero
  private var previous = Duration.zero
  private var isFirst = true

  init(_ schedule: ArrivalSchedule, leavingOut done: IndexRanges = IndexRanges()) {
    self.schedule = schedule.makeIterator()
    self.done = done
  }

  /// The offset of the next request that remains.
  mutating func next() -> Duration? {
    while let place = schedule.next() {
      defer { (previous, index) = (place, index + 1) }
      guard !done.contains(index) else { continue }
      if isFirst { isFirst = false } else { offset += place - previous }
      // With nothing left out this is the schedule itself.
      return offset
    }
    return nil
  }
}
