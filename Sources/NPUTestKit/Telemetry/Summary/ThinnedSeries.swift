/// Values in their order, of which neighbours are joined when there are too many.
///
/// Keeps between half the limit and the limit; each kept value stands for ``stride`` added ones.
struct ThinnedSeries<Element: Sendable>: Sendable {
  private(set) var elements: [Element] = []
  /// How many added values stand behind one that is kept.
  private(set) var stride = 1
  private let limit: Int
  private let join: @Sendable (Element, Element) -> Element
  private var gathered = 0

  init(limit: Int, join: @escaping @Sendable (Element, Element) -> Element) {
    self.limit = max(2, limit)
    self.join = join
  }

  mutating func append(_ element: Element) {
    if gathered > 0, let last = elements.popLast() {
      elements.append(join(last, element))
    } else {
      elements.append(element)
    }
    gathered = (gathered + 1) % stride
    guard elements.count >= limit, gathered == 0 else { return }
    var thinned: [Element] = []
    thinned.reserveCapacity(limit)
    var index = 0
    while index < elements.count {
      thinned.append(index + 1 < elements.count ? join(elements[index], elements[index + 1]) : elements[index])
      index += 2
    }
    // An odd one at the end waits for its partner.
    gathered = elements.count % 2 == 1 ? stride : 0
    elements = thinned
    stride *= 2
  }
}
