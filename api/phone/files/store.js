// A few values kept on the phone: who is signed in, and the routes fetched last.
const NAME = "eldercare-phone";
const TABLE = "values";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode);
      const asked = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const get = (key) => run("readonly", (table) => table.get(key));
export const set = (key, value) => run("readwrite", (table) => table.put(value, key));
export const remove = (key) => run("readwrite", (table) => table.delete(key));
export const clear = () => run("readwrite", (table) => table.clear());
export const keys = () => run("readonly", (table) => table.getAllKeys());
