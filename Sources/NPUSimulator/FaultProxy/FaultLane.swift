internal import NIOCore

/// One direction of a connection: what becomes of the bytes that arrive, and when.
///
/// A state machine without clock or socket: whoever holds it says what arrived at which instant, in nanoseconds, and
/// asks what is to be done now.
struct FaultLane: Sendable {
  /// What is to be done.
  enum Step: Sendable, Hashable {
    /// Pass bytes on.
    case send(ByteBuffer)
    /// Pass on that no more bytes will come.
    case end
    /// Reset the connection on both sides.
    case reset
    /// Ask again at an instant.
    case wait(until: Int64)
    /// Ask again when something has changed.
    case idle
  }

  /// How the bytes of one side ended.
  enum Ending: Sendable, Hashable {
    /// It closed its half, as it may.
    case finished
    /// It broke the connection, or is gone.
    case broken
  }

  private struct Piece {
    var bytes: ByteBuffer
    let arrival: Int64
    /// Where in the jitter the piece falls, from 0 to below 1.
    let draw: Double
  }

  /// What is held at most; one read of a socket comes on top.
  static let byteLimit = 1 << 20
  static let pieceLimit = 4096
  /// A limited bandwidth is paced in pieces of so long, and lateness of so long is made up for.
  static let quantum: Int64 = 10_000_000

  /// The faults that hold now.
  var faults = LaneFaults() {
    didSet { if faults != oldValue { faultsChanged(from: oldValue) } }
  }

  /// What the faults have done since somebody last took it away.
  var effects = FaultEffects()
  /// How the side that sends has ended; `nil` while it may send.
  private(set) var ending: Ending?

  private var pieces = CircularBuffer<Piece>()
  private var heldBytes = 0
  private var endArrival: Int64 = 0
  private var isEndPassed = false
  /// When the latest piece was due: none overtakes it.
  private var latestDue = Int64.min
  /// From when on the pace lets bytes pass.
  private var freeAt = Int64.min
  /// Bytes that passed since a reset was ordered.
  private var passedBytes = 0
  /// Whether bytes vanished, after which nothing can pass that makes sense.
  private var hasLost = false
  private var corruption: ByteCorruption
  private var random: SplitMix64

  /// - Parameter seed: From which jitter and changed bytes follow.
  init(seed: UInt64) {
    random = SplitMix64(seed: SplitMix64.mix(seed, 1))
    corruption = ByteCorruption(seed: SplitMix64.mix(seed, 2))
  }

  /// Whether nothing more is to be read for now.
  var isFull: Bool { heldBytes >= Self.byteLimit || pieces.count >= Self.pieceLimit }

  /// Whether reading may go on after the lane was full.
  var hasRoom: Bool { heldBytes <= Self.byteLimit / 2 && pieces.count <= Self.pieceLimit / 2 }

  /// Whether no bytes are held.
  var isEmpty: Bool { pieces.isEmpty }

  /// Takes bytes that arrived.
  mutating func take(_ bytes: ByteBuffer, now: Int64) {
    guard bytes.readableBytes > 0 else { return }
    if faults.isBlackhole || hasLost {
      lose(bytes.readableBytes)
      return
    }
    // A few bytes must not hold the large buffer that they were read into.
    let isMostlyEmpty = bytes.storageCapacity > 2 * bytes.readableBytes + 256
    let own = isMostlyEmpty ? ByteBuffer(bytes: bytes.readableBytesView) : bytes
    pieces.append(Piece(bytes: own, arrival: now, draw: random.unit()))
    heldBytes += own.readableBytes
  }

  /// Takes that the side has ended; a break counts even after an orderly end.
  mutating func end(_ ending: Ending, now: Int64) {
    guard self.ending == nil || ending == .broken && self.ending == .finished else { return }
    self.ending = ending
    endArrival = now
    isEndPassed = false
  }

  /// Says what is to be done now; to be asked again after each step but `wait` and `idle`.
  mutating func next(now: Int64) -> Step {
    if faults.isRefused { return reset(.refuse) }
    if let limit = faults.resetAfter, passedBytes >= limit { return reset(.reset) }
    if faults.isCut {
      if !pieces.isEmpty || isEndDue { effects.kinds.insert(.cut) }
      return .idle
    }
    if faults.isBlackhole {
      if isEndDue { effects.kinds.insert(.blackhole) }
      return .idle
    }
    // What would come now would not follow what came before.
    if hasLost { return ending == nil ? .idle : .reset }
    guard let piece = pieces.first else { return nextEnd(now: now) }
    let due = max(latestDue, piece.arrival + latency(piece.draw))
    let start = max(due, freeAt)
    guard start <= now else { return .wait(until: start) }
    latestDue = due
    return .send(takeBytes(now: now))
  }

  private var isEndDue: Bool { ending != nil && !isEndPassed }

  private mutating func nextEnd(now: Int64) -> Step {
    guard isEndDue else { return .idle }
    if faults.withholdsEnd {
      effects.kinds.insert(.halfOpen)
      return .idle
    }
    let due = max(latestDue, endArrival + faults.delay)
    guard due <= now else { return .wait(until: due) }
    isEndPassed = true
    return ending == .finished ? .end : .reset
  }

  /// Takes as many bytes from the first piece as may pass at once.
  private mutating func takeBytes(now: Int64) -> ByteBuffer {
    var count = pieces[pieces.startIndex].bytes.readableBytes
    if let slice = faults.sliceBytes { count = min(count, slice) }
    if let rate = faults.bytesPerSecond { count = min(count, max(1, rate / 100)) }
    if let limit = faults.resetAfter { count = min(count, limit - passedBytes) }
    var bytes = pieces[pieces.startIndex].bytes.readSlice(length: count) ?? ByteBuffer()
    if pieces[pieces.startIndex].bytes.readableBytes == 0 { pieces.removeFirst() }
    heldBytes -= count
    passedBytes += count
    note(count, now: now)
    let changed = corruption.change(&bytes, share: faults.corruption)
    if changed > 0 {
      effects.kinds.insert(.corrupt)
      effects.corruptedBytes += changed
    }
    return bytes
  }

  /// Notes that bytes pass now, and from when on the next may.
  private mutating func note(_ count: Int, now: Int64) {
    if faults.delay > 0 || faults.jitter > 0 { effects.kinds.insert(.latency) }
    guard faults.isPaced else { return }
    var pause: Int64 = 0
    if faults.sliceBytes != nil {
      effects.kinds.insert(.slice)
      pause = faults.sliceInterval
    }
    if let rate = faults.bytesPerSecond {
      effects.kinds.insert(.bandwidth)
      pause = max(pause, Int64(Double(count) / Double(rate) * 1e9))
    }
    // By an absolute schedule: a timer that is late by a little makes no later piece late. After a pause it starts anew.
    let isOnSchedule = freeAt > now - Self.quantum
    freeAt = (isOnSchedule ? freeAt : now) + pause
  }

  private func latency(_ draw: Double) -> Int64 {
    guard faults.jitter > 0 else { return faults.delay }
    return max(0, faults.delay + Int64(Double(faults.jitter) * (2 * draw - 1)))
  }

  private mutating func reset(_ kind: FaultProxy.Fault.Kind) -> Step {
    effects.kinds.insert(kind)
    return .reset
  }

  private mutating func lose(_ count: Int) {
    hasLost = true
    effects.kinds.insert(.blackhole)
    effects.lostBytes += count
  }

  private mutating func faultsChanged(from old: LaneFaults) {
    if faults.resetAfter != old.resetAfter { passedBytes = 0 }
    let isSamePace = (faults.bytesPerSecond, faults.sliceBytes) == (old.bytesPerSecond, old.sliceBytes)
    if !isSamePace || faults.sliceInterval != old.sliceInterval { freeAt = .min }
    if faults.isBlackhole, heldBytes > 0 {
      lose(heldBytes)
      pieces.removeAll()
      heldBytes = 0
    }
  }
}
