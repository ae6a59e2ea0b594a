/// Keeps the beginning and the end of a body whose length is not known beforehand, in bounded memory.
struct BodyExcerpt: Sendable {
  private let headLimit: Int
  private let tailLimit: Int
  private let margin: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  /// The bytes that came in all.
  private(set) var count = 0

  /// - Parameters:
  ///   - head: How many bytes of the beginning are shown.
  ///   - tail: How many bytes of the end are shown.
  ///   - margin: How many bytes more are kept on each side, so that a secret at the edge is seen whole.
  init(head: Int, tail: Int, margin: Int) {
    headLimit = head
    tailLimit = tail
    self.margin = margin
  }

  /// Takes the next bytes.
  mutating func append(_ bytes: Span<UInt8>) {
    count += bytes.count
    var start = 0
    while start < bytes.count, head.count < headLimit + margin {
      head.append(bytes[start])
      start += 1
    }
    // Of a large piece only what can be part of the end.
    start = max(start, bytes.count - tailLimit - margin)
    while start < bytes.count {
      tail.append(bytes[start])
      start += 1
    }
    if tail.count > 2 * (tailLimit + margin) { tail.removeFirst(tail.count - tailLimit - margin) }
  }

  /// The excerpt on one line.
  func text(_ redactor: Redactor) -> String {
    if head.count + tail.count == count {
      let whole = redactor.clean(head + tail)
      if whole.count <= headLimit + tailLimit { return Excerpt.of(whole, limit: headLimit + tailLimit) }
    }
    let shownHead = redactor.clean(head).prefix(headLimit)
    let shownTail = redactor.clean(tail).suffix(tailLimit)
    let left = count - min(count, headLimit) - min(count, tailLimit)
    let middle = left > 0 ? " … \(left) bytes … " : " … "
    return Excerpt.of(shownHead, limit: headLimit) + middle + Excerpt.of(shownTail, limit: tailLimit)
  }
}
