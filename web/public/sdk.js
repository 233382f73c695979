/**
 * The browser SDK: opens the connect page of an invite link in a frame over the host's own page.
 *
 *   <script src="https://syncline.example.com/sdk.js"></script>
 *   RootfiLink.initialize({ linkToken, onReady, onSuccess, onExit });
 *   RootfiLink.openLink();   // e.g. in onReady, or when a button is pressed
 *
 * Served as it stands, to pages of any age: no build, no dependency, nothing global but `RootfiLink`.
 */
(function () {
  var SOURCE = 'syncline-connect';
  var TOKEN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  var base = findBase();
  /** What `initialize` made; null before it. */
  var link = null;

  window.RootfiLink = { initialize, openLink, closeLink };

  /** Loads the link's page, unseen. `onReady` says that it can be opened without a wait. */
  function initialize(options) {
    var token = options && options.linkToken;
    if (typeof token !== 'string' || !TOKEN.test(token)) {
      throw new TypeError('RootfiLink.initialize needs a linkToken: the id of an invite link.');
    }
    destroy();
    link = {
      options,
      address: addressOf(token),
      overlay: null,
      frame: null,
      before: null,
    };
    load();
  }

  /** Shows the link's page, over everything. */
  function openLink() {
    if (link === null) throw new Error('Call RootfiLink.initialize before openLink.');
    if (isOpen()) return;
    link.before = document.activeElement;
    link.overlay.style.display = 'block';
    document.addEventListener('keydown', onKey);
    link.frame.focus();
  }

  /** Hides it. What was begun in it is forgotten, so that it opens anew. */
  function closeLink() {
    if (link === null || !isOpen()) return;
    document.removeEventListener('keydown', onKey);
    var before = link.before;
    unload();
    load();
    if (before && before.focus) before.focus();
  }

  function isOpen() {
    return link.overlay.style.display === 'block';
  }

  function load() {
    var overlay = document.createElement('div');
    overlay.setAttribute('role', 'dialog');
    overlay.setAttribute('aria-modal', 'true');
    overlay.setAttribute('aria-label', 'Connect your account');
    // One property at a time: a page whose policy forbids inline styles allows this.
    style(overlay, {
      display: 'none',
      position: 'fixed',
      inset: '0',
      zIndex: '2147483647',
      background: 'rgba(10, 14, 20, 0.5)',
    });
    var frame = document.createElement('iframe');
    frame.title = 'Connect your account';
    frame.src = link.address;
    style(frame, {
      display: 'block',
      width: '100%',
      height: '100%',
      border: '0',
      background: 'transparent',
      colorScheme: 'normal',
    });
    overlay.appendChild(frame);
    link.overlay = overlay;
    link.frame = frame;
    window.addEventListener('message', onMessage);
    whenBodyIsThere(function () {
      if (link !== null && link.overlay === overlay) document.body.appendChild(overlay);
    });
  }

  function unload() {
    window.removeEventListener('message', onMessage);
    if (link.overlay.parentNode) link.overlay.parentNode.removeChild(link.overlay);
  }

  function destroy() {
    if (link === null) return;
    document.removeEventListener('keydown', onKey);
    unload();
    link = null;
  }

  /** Only our own frame, showing our own page, is listened to. */
  function onMessage(event) {
    if (event.origin !== base || event.source !== link.frame.contentWindow) return;
    var message = event.data;
    if (typeof message !== 'object' || message === null || message.source !== SOURCE) return;
    if (message.type === 'ready') ready();
    else if (message.type === 'success') call('onSuccess', message.data);
    else if (message.type === 'exit') exit(message.data);
  }

  function ready() {
    // Loaded anew after it was closed: the host was told already.
    if (link.wasReady) return;
    link.wasReady = true;
    call('onReady');
  }

  function onKey(event) {
    if (event.key === 'Escape') exit({});
  }

  function exit(data) {
    closeLink();
    call('onExit', data);
  }

  function call(name, data) {
    var callback = link.options[name];
    if (typeof callback === 'function') callback(data);
  }

  function addressOf(token) {
    var origin = encodeURIComponent(window.location.origin);
    return base + '/connect/' + token + '?embedded=1&origin=' + origin;
  }

  function whenBodyIsThere(act) {
    if (document.body) act();
    else document.addEventListener('DOMContentLoaded', act, { once: true });
  }

  function style(element, values) {
    for (var name in values) element.style[name] = values[name];
  }

  /** Where this script came from is where the pages are. */
  function findBase() {
    var script = document.currentScript || document.querySelector('script[src$="/sdk.js"]');
    if (script === null) throw new Error('Load RootfiLink by a script tag with its address.');
    return new URL(script.src).origin;
  }
})();
