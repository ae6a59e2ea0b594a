/// Every text in a value, however deep: its own, those of its properties, elements and cases.
///
/// A text field that is added to a type later is found without anybody thinking of it.
package func texts(of value: Any) -> [String] {
  if let text = value as? String { return [text] }
  let mirror = Mirror(reflecting: value)
  return mirror.children.flatMap { texts(of: $0.value) }
}
