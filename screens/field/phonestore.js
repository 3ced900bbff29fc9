// What the phone keeps of the field page over a reload, a logout, a week without a network (IndexedDB, one for all tabs).
// What it has no room for stays in this page, so that nothing is thrown away while the page is open.
"use strict";
(function (window) {
  const NAME = "gridcommand.field";
  const STORES = ["fixes", "photos"];
  let opened = null;

  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const asked = window.indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
      asked.onsuccess = () => { asked.result.onclose = () => { opened = null; }; resolve(asked.result); };
      asked.onerror = () => reject(asked.error);
    }).catch((fault) => { opened = null; throw fault; });
    return opened;
  }

  // One transaction on one store; done only when it is on disk, which is where a full phone fails.
  async function run(name, mode, act) {
    const transaction = (await open()).transaction(name, mode);
    return new Promise((resolve, reject) => {
      const asked = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked && asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  // Rows by key; `keyed(mode, act)` runs on the phone's store and may fail at any time.
  function makeStore(keyed) {
    const here = new Map();
    const gone = new Set(); // removed, but the phone would not write that down: a full one may refuse even this
    const hereOf = (prefix) => [...here].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value }));
    const span = (prefix) => window.IDBKeyRange.bound(prefix, `${prefix}\uffff`);

    async function put(key, value) {
      here.set(key, value);
      gone.delete(key);
      try { await keyed("readwrite", (store) => store.put({ key, value }, key)); here.delete(key); } catch { /* stays here */ }
    }
    // The first of the rows whose key begins so, in the order of their keys.
    async function first(prefix, count) {
      const kept = await keyed("readonly", (store) => store.getAll(span(prefix), count + gone.size)).catch(() => []);
      const rows = new Map([...kept.filter((row) => !gone.has(row.key)), ...hereOf(prefix)].map((row) => [row.key, row]));
      return [...rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count);
    }
    async function remove(keys) {
      for (const key of keys) { here.delete(key); gone.add(key); }
      try {
        await keyed("readwrite", (store) => { for (const key of keys) store.delete(key); });
        for (const key of keys) gone.delete(key);
      } catch { /* stays in `gone`; after a reload it is sent once more, which is the same thing */ }
    }
    // How many rows there are whose key begins so, and how many of them this page alone has.
    async function count(prefix) {
      const kept = await keyed("readonly", (store) => store.count(span(prefix))).catch(() => 0);
      const onlyHere = hereOf(prefix).length;
      const stillKept = Math.max(0, kept - [...gone].filter((key) => key.startsWith(prefix)).length);
      return { all: stillKept + onlyHere, onlyHere };
    }
    return { put, first, remove, count };
  }

  const storeOf = (name) => makeStore((mode, act) => run(name, mode, act));
  const stores = { fixes: storeOf("fixes"), photos: storeOf("photos") };
  window.gridcommand = window.gridcommand || {};
  window.gridcommand.field = Object.assign(window.gridcommand.field || {}, { makeStore, stores });
})(window);
