/// Owned working memory of trivial elements, freed when it goes out of scope.
///
/// The inner loops of the edit distance index it without a check in release builds; the indices there follow from
/// lengths, never from data that has not been mapped into range. Debug builds, and so the tests, check each access.
@safe
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, repeating value: Element) {
    precondition(count >= 0, "A working memory of \(count) elements cannot be; give a count of 0 or more.")
    self.count = count
    unsafe base = .allocate(capacity: max(count, 1))
    unsafe base.initialize(repeating: value, count: count)
  }

  deinit {
    unsafe base.deallocate()
  }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < count, "Element \(index) of \(count) does not exist.")
      return unsafe base[index]
    }
    @inline(__always) nonmutating set {
      assert(index >= 0 && index < count, "Element \(index) of \(count) does not exist.")
      unsafe base[index] = newValue
    }
  }
}
